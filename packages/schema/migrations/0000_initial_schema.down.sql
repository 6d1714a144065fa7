DROP TABLE "audit_log";
--> statement-breakpoint
DROP TABLE "late_fill_spans";
--> statement-breakpoint
DROP TABLE "market_data";
--> statement-breakpoint
DROP TABLE "market_data_deletions";
--> statement-breakpoint
DROP TABLE "market_data_revisions";
--> statement-breakpoint
DROP TABLE "market_series";
--> statement-breakpoint
DROP TABLE "open_orders";
--> statement-breakpoint
DROP TABLE "order_events";
--> statement-breakpoint
DROP TABLE "orders";
--> statement-breakpoint
DROP TABLE "portfolio_curves";
--> statement-breakpoint
DROP TABLE "portfolio_snapshots";
--> statement-breakpoint
DROP TABLE "positions";
--> statement-breakpoint
DROP TABLE "strategy_daily_performance";
--> statement-breakpoint
DROP TABLE "system_logs";
--> statement-breakpoint
DROP TABLE "trades";
--> statement-breakpoint
DROP TABLE "strategies";
--> statement-breakpoint
DROP TYPE "public"."liquidity";
--> statement-breakpoint
DROP TYPE "public"."log_level";
--> statement-breakpoint
DROP TYPE "public"."order_event_type";
--> statement-breakpoint
DROP TYPE "public"."order_side";
--> statement-breakpoint
DROP TYPE "public"."order_status";
--> statement-breakpoint
DROP TYPE "public"."order_type";
--> statement-breakpoint
DROP TYPE "public"."short_selling_indicator";
--> statement-breakpoint
DROP TYPE "public"."strategy_status";
--> statement-breakpoint
DROP TYPE "public"."time_in_force";
--> statement-breakpoint
DROP TYPE "public"."timeframe";
--> statement-breakpoint
DROP TYPE "public"."trading_capacity";
