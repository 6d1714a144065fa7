CREATE TYPE "public"."liquidity" AS ENUM('maker', 'taker');
--> statement-breakpoint
CREATE TYPE "public"."log_level" AS ENUM('trace', 'debug', 'info', 'warn', 'error', 'fatal');
--> statement-breakpoint
CREATE TYPE "public"."order_event_type" AS ENUM('created', 'accepted', 'filled', 'cancel_requested', 'canceled', 'replace_requested', 'replaced', 'rejected', 'expired', 'suspended', 'busted', 'updated');
--> statement-breakpoint
CREATE TYPE "public"."order_side" AS ENUM('buy', 'sell');
--> statement-breakpoint
CREATE TYPE "public"."order_status" AS ENUM('pending_new', 'new', 'partially_filled', 'filled', 'pending_cancel', 'canceled', 'pending_replace', 'rejected', 'expired', 'suspended');
--> statement-breakpoint
CREATE TYPE "public"."order_type" AS ENUM('market', 'limit', 'stop', 'stop_limit', 'trailing_stop', 'trailing_stop_limit', 'market_if_touched', 'limit_if_touched');
--> statement-breakpoint
CREATE TYPE "public"."short_selling_indicator" AS ENUM('sesh', 'ssex', 'sell', 'undi');
--> statement-breakpoint
CREATE TYPE "public"."strategy_status" AS ENUM('draft', 'active', 'paused', 'stopped', 'archived');
--> statement-breakpoint
CREATE TYPE "public"."time_in_force" AS ENUM('day', 'gtc', 'ioc', 'fok', 'gtd', 'at_open', 'at_close');
--> statement-breakpoint
CREATE TYPE "public"."timeframe" AS ENUM('1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w');
--> statement-breakpoint
CREATE TYPE "public"."trading_capacity" AS ENUM('deal', 'mtch', 'aotc');
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" uuid NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"action" text NOT NULL,
	"entity_type" text NOT NULL,
	"entity_id" text NOT NULL,
	"actor" text DEFAULT session_user NOT NULL,
	"on_behalf_of" text,
	"application" text,
	"client_address" text,
	"before" jsonb,
	"after" jsonb,
	"reason" text,
	"correlation_id" text,
	"recorded_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"retain_until" date,
	CONSTRAINT "audit_log_pkey" PRIMARY KEY("id","occurred_at"),
	CONSTRAINT "audit_log_id_holds_occurred_at" CHECK (coalesce(uuid_extract_version("audit_log"."id") = 7 and uuid_extract_timestamp("audit_log"."id") = date_trunc('milliseconds', "audit_log"."occurred_at"), false)),
	CONSTRAINT "audit_log_codes_form" CHECK (length("audit_log"."action") between 1 and 100 and "audit_log"."action" = btrim("audit_log"."action") and "audit_log"."action" !~ '[[:cntrl:]]' and length("audit_log"."entity_type") between 1 and 100 and "audit_log"."entity_type" = btrim("audit_log"."entity_type") and "audit_log"."entity_type" !~ '[[:cntrl:]]' and length("audit_log"."entity_id") between 1 and 200 and "audit_log"."entity_id" = btrim("audit_log"."entity_id") and "audit_log"."entity_id" !~ '[[:cntrl:]]'),
	CONSTRAINT "audit_log_retain_until_lengthens" CHECK ("audit_log"."retain_until" >= ("audit_log"."occurred_at" at time zone 'UTC')::date + interval '7 years' and isfinite("audit_log"."retain_until"))
);
--> statement-breakpoint
CREATE TABLE "late_fill_spans" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"first_executed_at" timestamp with time zone NOT NULL,
	"last_executed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "market_data" (
	"exchange" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" timeframe NOT NULL,
	"time" timestamp with time zone NOT NULL,
	"open" double precision NOT NULL,
	"high" double precision NOT NULL,
	"low" double precision NOT NULL,
	"close" double precision NOT NULL,
	"volume" double precision DEFAULT 0 NOT NULL,
	"trade_count" integer,
	"sma_20" real,
	"sma_50" real,
	"ema_12" real,
	"ema_26" real,
	"rsi_14" real,
	"macd" real,
	"macd_signal" real,
	"macd_histogram" real,
	"bollinger_upper" real,
	"bollinger_middle" real,
	"bollinger_lower" real,
	"atr_14" real,
	"obv" double precision,
	"vwap" real,
	"quality_score" real,
	"source" text NOT NULL,
	"raw_payload" jsonb,
	"ingested_at" timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
	CONSTRAINT "market_data_pkey" PRIMARY KEY("exchange","symbol","timeframe","time"),
	CONSTRAINT "market_data_source_form" CHECK (length("market_data"."source") between 1 and 200),
	CONSTRAINT "market_data_prices_positive" CHECK ("market_data"."low" > 0 and "market_data"."open" > 0 and "market_data"."close" > 0 and "market_data"."high" < 'Infinity'),
	CONSTRAINT "market_data_high_is_highest" CHECK ("market_data"."high" >= greatest("market_data"."open", "market_data"."close", "market_data"."low")),
	CONSTRAINT "market_data_low_is_lowest" CHECK ("market_data"."low" <= least("market_data"."open", "market_data"."close", "market_data"."high")),
	CONSTRAINT "market_data_volume_not_negative" CHECK ("market_data"."volume" >= 0 and "market_data"."volume" < 'Infinity'),
	CONSTRAINT "market_data_trade_count_not_negative" CHECK ("market_data"."trade_count" >= 0),
	CONSTRAINT "market_data_times_finite" CHECK (isfinite("market_data"."time") and isfinite("market_data"."ingested_at")),
	CONSTRAINT "market_data_quality_score_range" CHECK ("market_data"."quality_score" between 0 and 100),
	CONSTRAINT "market_data_rsi_14_range" CHECK ("market_data"."rsi_14" between 0 and 100),
	CONSTRAINT "market_data_atr_14_not_negative" CHECK ("market_data"."atr_14" >= 0 and "market_data"."atr_14" < 'Infinity'),
	CONSTRAINT "market_data_indicators_finite" CHECK (coalesce(greatest("market_data"."sma_20", "market_data"."sma_50", "market_data"."ema_12", "market_data"."ema_26", "market_data"."macd", "market_data"."macd_signal", "market_data"."macd_histogram", "market_data"."bollinger_upper", "market_data"."bollinger_middle", "market_data"."bollinger_lower", "market_data"."vwap", "market_data"."obv") < 'Infinity' and least("market_data"."sma_20", "market_data"."sma_50", "market_data"."ema_12", "market_data"."ema_26", "market_data"."macd", "market_data"."macd_signal", "market_data"."macd_histogram", "market_data"."bollinger_upper", "market_data"."bollinger_middle", "market_data"."bollinger_lower", "market_data"."vwap", "market_data"."obv") > '-Infinity', true)),
	CONSTRAINT "market_data_bollinger_bands_in_order" CHECK ("market_data"."bollinger_lower" <= "market_data"."bollinger_middle" and "market_data"."bollinger_middle" <= "market_data"."bollinger_upper")
);
--> statement-breakpoint
CREATE TABLE "market_data_deletions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "market_data_deletions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"exchange" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" timeframe NOT NULL,
	"bars" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "market_data_deletions_bars_positive" CHECK ("market_data_deletions"."bars" > 0)
);
--> statement-breakpoint
CREATE TABLE "market_data_revisions" (
	"exchange" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" timeframe NOT NULL,
	"time" timestamp with time zone NOT NULL,
	"open" double precision NOT NULL,
	"high" double precision NOT NULL,
	"low" double precision NOT NULL,
	"close" double precision NOT NULL,
	"volume" double precision NOT NULL,
	"trade_count" integer,
	"quality_score" real,
	"source" text NOT NULL,
	"raw_payload" jsonb,
	"known_from" timestamp with time zone NOT NULL,
	"known_until" timestamp with time zone NOT NULL,
	"was_deleted" boolean NOT NULL,
	"replaced_by" text DEFAULT session_user NOT NULL,
	CONSTRAINT "market_data_revisions_pkey" PRIMARY KEY("exchange","symbol","timeframe","time","known_until"),
	CONSTRAINT "market_data_revisions_known_in_order" CHECK ("market_data_revisions"."known_from" <= "market_data_revisions"."known_until")
);
--> statement-breakpoint
CREATE TABLE "market_series" (
	"exchange" text NOT NULL,
	"symbol" text NOT NULL,
	"timeframe" timeframe NOT NULL,
	"first_time" timestamp with time zone NOT NULL,
	"last_time" timestamp with time zone NOT NULL,
	"bar_count" bigint NOT NULL,
	"last_open" double precision NOT NULL,
	"last_high" double precision NOT NULL,
	"last_low" double precision NOT NULL,
	"last_close" double precision NOT NULL,
	"last_volume" double precision NOT NULL,
	"updated_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "market_series_pkey" PRIMARY KEY("exchange","symbol","timeframe"),
	CONSTRAINT "market_series_codes_form" CHECK (length("market_series"."exchange") between 1 and 50 and "market_series"."exchange" = btrim("market_series"."exchange") and "market_series"."exchange" !~ '[[:cntrl:]]' and length("market_series"."symbol") between 1 and 100 and "market_series"."symbol" = btrim("market_series"."symbol") and "market_series"."symbol" !~ '[[:cntrl:]]'),
	CONSTRAINT "market_series_times_in_order" CHECK ("market_series"."first_time" <= "market_series"."last_time"),
	CONSTRAINT "market_series_bar_count_positive" CHECK ("market_series"."bar_count" > 0)
);
--> statement-breakpoint
CREATE TABLE "open_orders" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"account" text NOT NULL,
	"strategy_id" uuid,
	"exchange" text NOT NULL,
	"symbol" text NOT NULL,
	"side" "order_side" NOT NULL,
	"client_order_id" text NOT NULL,
	"former_client_order_ids" text[] DEFAULT '{}'::text[] NOT NULL,
	"venue_order_id" text,
	"expires_at" timestamp with time zone,
	"reopening" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_events" (
	"id" uuid NOT NULL,
	"event_time" timestamp with time zone NOT NULL,
	"order_id" uuid NOT NULL,
	"order_version" integer NOT NULL,
	"type" "order_event_type" NOT NULL,
	"account" text NOT NULL,
	"strategy_id" uuid,
	"exchange" text NOT NULL,
	"symbol" text NOT NULL,
	"client_order_id" text NOT NULL,
	"venue_order_id" text,
	"execution_id" text,
	"transact_time" timestamp with time zone,
	"from_status" "order_status",
	"to_status" "order_status" NOT NULL,
	"reason" text,
	"quantity" numeric NOT NULL,
	"filled_quantity" numeric NOT NULL,
	"average_fill_price" numeric,
	"limit_price" numeric,
	"stop_price" numeric,
	"trailing_offset" numeric,
	"changes" jsonb,
	"recorded_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"recorded_by" text DEFAULT session_user NOT NULL,
	"retain_until" date,
	CONSTRAINT "order_events_pkey" PRIMARY KEY("id","event_time"),
	CONSTRAINT "order_events_id_holds_event_time" CHECK (coalesce(uuid_extract_version("order_events"."id") = 7 and uuid_extract_timestamp("order_events"."id") = date_trunc('milliseconds', "order_events"."event_time"), false)),
	CONSTRAINT "order_events_order_version_positive" CHECK ("order_events"."order_version" > 0),
	CONSTRAINT "order_events_creation_has_no_from" CHECK (("order_events"."type" = 'created') = ("order_events"."from_status" is null)),
	CONSTRAINT "order_events_changes_is_object" CHECK (jsonb_typeof("order_events"."changes") = 'object'),
	CONSTRAINT "order_events_retain_until_lengthens" CHECK ("order_events"."retain_until" >= ("order_events"."event_time" at time zone 'UTC')::date + interval '7 years' and isfinite("order_events"."retain_until"))
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"account" text NOT NULL,
	"strategy_id" uuid,
	"parent_order_id" uuid,
	"exchange" text NOT NULL,
	"symbol" text NOT NULL,
	"client_order_id" text NOT NULL,
	"venue_order_id" text,
	"side" "order_side" NOT NULL,
	"type" "order_type" NOT NULL,
	"time_in_force" time_in_force DEFAULT 'gtc' NOT NULL,
	"expires_at" timestamp with time zone,
	"status" "order_status" DEFAULT 'pending_new' NOT NULL,
	"ended_as" "order_status",
	"status_reason" text,
	"last_execution_id" text,
	"transact_time" timestamp with time zone,
	"quantity" numeric NOT NULL,
	"filled_quantity" numeric DEFAULT '0' NOT NULL,
	"remaining_quantity" numeric GENERATED ALWAYS AS (quantity - filled_quantity) STORED NOT NULL,
	"average_fill_price" numeric,
	"limit_price" numeric,
	"stop_price" numeric,
	"trailing_offset" numeric,
	"display_quantity" numeric,
	"minimum_quantity" numeric,
	"reduce_only" boolean DEFAULT false NOT NULL,
	"post_only" boolean DEFAULT false NOT NULL,
	"submitted_at" timestamp with time zone,
	"source" text NOT NULL,
	"venue_mic" text,
	"instrument_isin" text,
	"client_id" text,
	"investment_decision_algorithm_id" text,
	"execution_algorithm_id" text,
	"decision_maker_id" text,
	"non_executing_broker_id" text,
	"trading_capacity" "trading_capacity",
	"short_selling_indicator" "short_selling_indicator",
	"direct_electronic_access" boolean,
	"liquidity_provision" boolean,
	"self_execution_prevention" boolean,
	"retain_until" date,
	CONSTRAINT "orders_pkey" PRIMARY KEY("id","created_at"),
	CONSTRAINT "orders_id_holds_created_at" CHECK (coalesce(uuid_extract_version("orders"."id") = 7 and uuid_extract_timestamp("orders"."id") = date_trunc('milliseconds', "orders"."created_at"), false)),
	CONSTRAINT "orders_codes_form" CHECK (length("orders"."account") between 1 and 100 and "orders"."account" = btrim("orders"."account") and "orders"."account" !~ '[[:cntrl:]]' and length("orders"."exchange") between 1 and 50 and "orders"."exchange" = btrim("orders"."exchange") and "orders"."exchange" !~ '[[:cntrl:]]' and length("orders"."symbol") between 1 and 100 and "orders"."symbol" = btrim("orders"."symbol") and "orders"."symbol" !~ '[[:cntrl:]]' and length("orders"."client_order_id") between 1 and 200 and "orders"."client_order_id" = btrim("orders"."client_order_id") and "orders"."client_order_id" !~ '[[:cntrl:]]' and length("orders"."source") between 1 and 200 and "orders"."source" = btrim("orders"."source") and "orders"."source" !~ '[[:cntrl:]]'),
	CONSTRAINT "orders_venue_order_id_form" CHECK (length("orders"."venue_order_id") between 1 and 200 and "orders"."venue_order_id" = btrim("orders"."venue_order_id") and "orders"."venue_order_id" !~ '[[:cntrl:]]'),
	CONSTRAINT "orders_not_its_own_parent" CHECK ("orders"."parent_order_id" <> "orders"."id"),
	CONSTRAINT "orders_quantity_positive" CHECK (("orders"."quantity" > 0 and "orders"."quantity" < 1e20 and scale("orders"."quantity") <= 18)),
	CONSTRAINT "orders_filled_quantity_exact" CHECK (("orders"."filled_quantity" >= 0 and "orders"."filled_quantity" < 1e20 and scale("orders"."filled_quantity") <= 18)),
	CONSTRAINT "orders_filled_within_quantity" CHECK ("orders"."filled_quantity" <= "orders"."quantity"),
	CONSTRAINT "orders_prices_positive" CHECK (("orders"."limit_price" > 0 and "orders"."limit_price" < 1e20 and scale("orders"."limit_price") <= 18) and ("orders"."stop_price" > 0 and "orders"."stop_price" < 1e20 and scale("orders"."stop_price") <= 18) and ("orders"."trailing_offset" > 0 and "orders"."trailing_offset" < 1e20 and scale("orders"."trailing_offset") <= 18)),
	CONSTRAINT "orders_average_fill_price_range" CHECK ("orders"."average_fill_price" > 0 and "orders"."average_fill_price" < 1e20),
	CONSTRAINT "orders_average_fill_price_when_filled" CHECK (("orders"."filled_quantity" > 0) = ("orders"."average_fill_price" is not null)),
	CONSTRAINT "orders_partial_quantities_positive" CHECK (("orders"."display_quantity" > 0 and "orders"."display_quantity" < 1e20 and scale("orders"."display_quantity") <= 18) and ("orders"."minimum_quantity" > 0 and "orders"."minimum_quantity" < 1e20 and scale("orders"."minimum_quantity") <= 18)),
	CONSTRAINT "orders_partial_quantities_within_quantity" CHECK ("orders"."display_quantity" <= "orders"."quantity" and "orders"."minimum_quantity" <= "orders"."quantity"),
	CONSTRAINT "orders_prices_match_type" CHECK (case "orders"."type" when 'market' then "orders"."limit_price" is null and "orders"."stop_price" is null and "orders"."trailing_offset" is null when 'limit' then "orders"."limit_price" is not null and "orders"."stop_price" is null and "orders"."trailing_offset" is null when 'stop' then "orders"."limit_price" is null and "orders"."stop_price" is not null and "orders"."trailing_offset" is null when 'stop_limit' then "orders"."limit_price" is not null and "orders"."stop_price" is not null and "orders"."trailing_offset" is null when 'trailing_stop' then "orders"."limit_price" is null and "orders"."trailing_offset" is not null when 'trailing_stop_limit' then "orders"."limit_price" is not null and "orders"."trailing_offset" is not null when 'market_if_touched' then "orders"."limit_price" is null and "orders"."stop_price" is not null and "orders"."trailing_offset" is null when 'limit_if_touched' then "orders"."limit_price" is not null and "orders"."stop_price" is not null and "orders"."trailing_offset" is null else false end),
	CONSTRAINT "orders_filled_matches_status" CHECK (case "orders"."status" when 'filled' then "orders"."filled_quantity" = "orders"."quantity" when 'partially_filled' then "orders"."filled_quantity" > 0 and "orders"."filled_quantity" < "orders"."quantity" when 'canceled' then "orders"."filled_quantity" < "orders"."quantity" when 'expired' then "orders"."filled_quantity" < "orders"."quantity" when 'pending_new' then "orders"."filled_quantity" = 0 when 'new' then "orders"."filled_quantity" = 0 when 'rejected' then "orders"."filled_quantity" = 0 else true end),
	CONSTRAINT "orders_ended_as_an_end" CHECK ("orders"."ended_as" in ('canceled', 'expired')),
	CONSTRAINT "orders_expires_at_for_gtd" CHECK (("orders"."time_in_force" = 'gtd') = ("orders"."expires_at" is not null) and ("orders"."expires_at" is null or "orders"."expires_at" > "orders"."created_at")),
	CONSTRAINT "orders_post_only_has_limit" CHECK (not "orders"."post_only" or "orders"."limit_price" is not null),
	CONSTRAINT "orders_updated_after_creation" CHECK ("orders"."updated_at" >= "orders"."created_at"),
	CONSTRAINT "orders_submitted_after_creation" CHECK ("orders"."submitted_at" >= "orders"."created_at"),
	CONSTRAINT "orders_times_finite" CHECK (isfinite("orders"."updated_at") and isfinite("orders"."expires_at") and isfinite("orders"."submitted_at") and isfinite("orders"."transact_time")),
	CONSTRAINT "orders_version_positive" CHECK ("orders"."version" > 0),
	CONSTRAINT "orders_venue_mic_form" CHECK ("orders"."venue_mic" ~ '^[A-Z0-9]{4}$'),
	CONSTRAINT "orders_decision_ids_form" CHECK (length("orders"."investment_decision_algorithm_id") between 1 and 100 and "orders"."investment_decision_algorithm_id" = btrim("orders"."investment_decision_algorithm_id") and "orders"."investment_decision_algorithm_id" !~ '[[:cntrl:]]' and length("orders"."execution_algorithm_id") between 1 and 100 and "orders"."execution_algorithm_id" = btrim("orders"."execution_algorithm_id") and "orders"."execution_algorithm_id" !~ '[[:cntrl:]]' and length("orders"."decision_maker_id") between 1 and 100 and "orders"."decision_maker_id" = btrim("orders"."decision_maker_id") and "orders"."decision_maker_id" !~ '[[:cntrl:]]'),
	CONSTRAINT "orders_instrument_isin_form" CHECK ("orders"."instrument_isin" ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'),
	CONSTRAINT "orders_retain_until_lengthens" CHECK ("orders"."retain_until" >= ("orders"."created_at" at time zone 'UTC')::date + interval '7 years' and isfinite("orders"."retain_until"))
);
--> statement-breakpoint
CREATE TABLE "portfolio_curves" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"account" text NOT NULL,
	"strategy_id" uuid,
	"currency" text NOT NULL,
	"peak_equity" numeric,
	"last_taken_at" timestamp with time zone,
	"last_snapshot_id" uuid,
	CONSTRAINT "portfolio_curves_key" UNIQUE NULLS NOT DISTINCT("account","strategy_id","currency")
);
--> statement-breakpoint
CREATE TABLE "portfolio_snapshots" (
	"id" uuid NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"account" text NOT NULL,
	"strategy_id" uuid,
	"currency" text NOT NULL,
	"equity" numeric NOT NULL,
	"cash" numeric NOT NULL,
	"long_exposure" numeric DEFAULT '0' NOT NULL,
	"short_exposure" numeric DEFAULT '0' NOT NULL,
	"gross_exposure" numeric GENERATED ALWAYS AS (long_exposure + short_exposure) STORED NOT NULL,
	"net_exposure" numeric GENERATED ALWAYS AS (long_exposure - short_exposure) STORED NOT NULL,
	"realized_pnl" numeric DEFAULT '0' NOT NULL,
	"unrealized_pnl" numeric DEFAULT '0' NOT NULL,
	"margin_used" numeric DEFAULT '0' NOT NULL,
	"margin_used_percentage" numeric,
	"largest_position_percentage" numeric,
	"open_positions" integer DEFAULT 0 NOT NULL,
	"peak_equity" numeric,
	"drawdown" numeric GENERATED ALWAYS AS (peak_equity - equity) STORED,
	"drawdown_percentage" numeric GENERATED ALWAYS AS (case when peak_equity > 0 then least(100, round((peak_equity - equity) * 100 / peak_equity, 6)) end) STORED,
	"value_at_risk_95" numeric,
	"value_at_risk_99" numeric,
	"expected_shortfall_95" numeric,
	"volatility_percentage" numeric,
	"holdings" jsonb,
	"source" text NOT NULL,
	"retain_until" date,
	CONSTRAINT "portfolio_snapshots_pkey" PRIMARY KEY("id","taken_at"),
	CONSTRAINT "portfolio_snapshots_id_holds_taken_at" CHECK (coalesce(uuid_extract_version("portfolio_snapshots"."id") = 7 and uuid_extract_timestamp("portfolio_snapshots"."id") = date_trunc('milliseconds', "portfolio_snapshots"."taken_at"), false)),
	CONSTRAINT "portfolio_snapshots_codes_form" CHECK (length("portfolio_snapshots"."account") between 1 and 100 and "portfolio_snapshots"."account" = btrim("portfolio_snapshots"."account") and "portfolio_snapshots"."account" !~ '[[:cntrl:]]' and "portfolio_snapshots"."currency" ~ '^[A-Z0-9]{2,12}$' and length("portfolio_snapshots"."source") between 1 and 200 and "portfolio_snapshots"."source" = btrim("portfolio_snapshots"."source") and "portfolio_snapshots"."source" !~ '[[:cntrl:]]'),
	CONSTRAINT "portfolio_snapshots_amounts_exact" CHECK (("portfolio_snapshots"."equity" > -1e20 and "portfolio_snapshots"."equity" < 1e20 and scale("portfolio_snapshots"."equity") <= 18) and ("portfolio_snapshots"."cash" > -1e20 and "portfolio_snapshots"."cash" < 1e20 and scale("portfolio_snapshots"."cash") <= 18) and ("portfolio_snapshots"."realized_pnl" > -1e20 and "portfolio_snapshots"."realized_pnl" < 1e20 and scale("portfolio_snapshots"."realized_pnl") <= 18) and ("portfolio_snapshots"."unrealized_pnl" > -1e20 and "portfolio_snapshots"."unrealized_pnl" < 1e20 and scale("portfolio_snapshots"."unrealized_pnl") <= 18) and ("portfolio_snapshots"."long_exposure" >= 0 and "portfolio_snapshots"."long_exposure" < 1e20 and scale("portfolio_snapshots"."long_exposure") <= 18) and ("portfolio_snapshots"."short_exposure" >= 0 and "portfolio_snapshots"."short_exposure" < 1e20 and scale("portfolio_snapshots"."short_exposure") <= 18) and ("portfolio_snapshots"."margin_used" >= 0 and "portfolio_snapshots"."margin_used" < 1e20 and scale("portfolio_snapshots"."margin_used") <= 18)),
	CONSTRAINT "portfolio_snapshots_risk_exact" CHECK (("portfolio_snapshots"."value_at_risk_95" >= 0 and "portfolio_snapshots"."value_at_risk_95" < 1e20 and scale("portfolio_snapshots"."value_at_risk_95") <= 18) and ("portfolio_snapshots"."value_at_risk_99" >= 0 and "portfolio_snapshots"."value_at_risk_99" < 1e20 and scale("portfolio_snapshots"."value_at_risk_99") <= 18) and ("portfolio_snapshots"."expected_shortfall_95" >= 0 and "portfolio_snapshots"."expected_shortfall_95" < 1e20 and scale("portfolio_snapshots"."expected_shortfall_95") <= 18)),
	CONSTRAINT "portfolio_snapshots_value_at_risk_in_order" CHECK ("portfolio_snapshots"."value_at_risk_99" >= "portfolio_snapshots"."value_at_risk_95"),
	CONSTRAINT "portfolio_snapshots_percentages_range" CHECK ("portfolio_snapshots"."margin_used_percentage" between 0 and 100 and "portfolio_snapshots"."largest_position_percentage" between 0 and 100),
	CONSTRAINT "portfolio_snapshots_volatility_range" CHECK ("portfolio_snapshots"."volatility_percentage" >= 0 and "portfolio_snapshots"."volatility_percentage" < 1e6),
	CONSTRAINT "portfolio_snapshots_open_positions_not_negative" CHECK ("portfolio_snapshots"."open_positions" >= 0),
	CONSTRAINT "portfolio_snapshots_peak_not_below_equity" CHECK ("portfolio_snapshots"."peak_equity" >= "portfolio_snapshots"."equity"),
	CONSTRAINT "portfolio_snapshots_holdings_is_array" CHECK (jsonb_typeof("portfolio_snapshots"."holdings") = 'array'),
	CONSTRAINT "portfolio_snapshots_retain_until_lengthens" CHECK ("portfolio_snapshots"."retain_until" >= ("portfolio_snapshots"."taken_at" at time zone 'UTC')::date + interval '7 years' and isfinite("portfolio_snapshots"."retain_until"))
);
--> statement-breakpoint
CREATE TABLE "positions" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"strategy_id" uuid,
	"account" text NOT NULL,
	"exchange" text NOT NULL,
	"symbol" text NOT NULL,
	"settlement_currency" text NOT NULL,
	"contract_multiplier" numeric NOT NULL,
	"quantity" numeric DEFAULT '0' NOT NULL,
	"cost_basis" numeric DEFAULT '0' NOT NULL,
	"average_entry_price" numeric GENERATED ALWAYS AS (case when quantity <> 0 then div(cost_basis * 1e18, abs(quantity)) * 0.000000000000000001 end) STORED,
	"realized_pnl" numeric DEFAULT '0' NOT NULL,
	"fill_count" bigint DEFAULT 0 NOT NULL,
	"first_fill_at" timestamp with time zone,
	"last_fill_at" timestamp with time zone,
	"last_fill_id" uuid,
	"purged_through" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "positions_key" UNIQUE NULLS NOT DISTINCT("strategy_id","account","exchange","symbol"),
	CONSTRAINT "positions_cost_basis_matches_quantity" CHECK ("positions"."cost_basis" >= 0 and ("positions"."quantity" = 0) = ("positions"."cost_basis" = 0)),
	CONSTRAINT "positions_fill_count_not_negative" CHECK ("positions"."fill_count" >= 0)
);
--> statement-breakpoint
CREATE TABLE "strategies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"kind" text NOT NULL,
	"status" "strategy_status" DEFAULT 'draft' NOT NULL,
	"activated_at" timestamp with time zone,
	"stopped_at" timestamp with time zone,
	"base_currency" text NOT NULL,
	"configuration" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"symbols" text[] DEFAULT '{}'::text[] NOT NULL,
	"tags" text[] DEFAULT '{}'::text[] NOT NULL,
	"max_order_notional" numeric,
	"max_position_notional" numeric,
	"max_daily_loss" numeric,
	"max_drawdown_percentage" numeric,
	"max_leverage" numeric,
	"max_open_orders" integer,
	"investment_decision_algorithm_id" text,
	"execution_algorithm_id" text,
	"decision_maker_id" text,
	"total_trades" bigint DEFAULT 0 NOT NULL,
	"winning_trades" bigint DEFAULT 0 NOT NULL,
	"losing_trades" bigint DEFAULT 0 NOT NULL,
	"gross_profit" numeric DEFAULT '0' NOT NULL,
	"gross_loss" numeric DEFAULT '0' NOT NULL,
	"total_realized_pnl" numeric GENERATED ALWAYS AS (gross_profit - gross_loss) STORED NOT NULL,
	"total_fees" numeric DEFAULT '0' NOT NULL,
	CONSTRAINT "strategies_id_holds_created_at" CHECK (coalesce(uuid_extract_version("strategies"."id") = 7 and uuid_extract_timestamp("strategies"."id") = date_trunc('milliseconds', "strategies"."created_at"), false)),
	CONSTRAINT "strategies_name_form" CHECK (length("strategies"."name") between 1 and 200 and "strategies"."name" = btrim("strategies"."name") and "strategies"."name" !~ '[[:cntrl:]]'),
	CONSTRAINT "strategies_kind_form" CHECK (length("strategies"."kind") between 1 and 100 and "strategies"."kind" = btrim("strategies"."kind") and "strategies"."kind" !~ '[[:cntrl:]]'),
	CONSTRAINT "strategies_base_currency_form" CHECK ("strategies"."base_currency" ~ '^[A-Z0-9]{2,12}$'),
	CONSTRAINT "strategies_configuration_is_object" CHECK (jsonb_typeof("strategies"."configuration") = 'object'),
	CONSTRAINT "strategies_limits_positive" CHECK (("strategies"."max_order_notional" > 0 and "strategies"."max_order_notional" < 1e20 and scale("strategies"."max_order_notional") <= 18) and ("strategies"."max_position_notional" > 0 and "strategies"."max_position_notional" < 1e20 and scale("strategies"."max_position_notional") <= 18) and ("strategies"."max_daily_loss" > 0 and "strategies"."max_daily_loss" < 1e20 and scale("strategies"."max_daily_loss") <= 18)),
	CONSTRAINT "strategies_max_drawdown_percentage_range" CHECK ("strategies"."max_drawdown_percentage" > 0 and "strategies"."max_drawdown_percentage" <= 100),
	CONSTRAINT "strategies_max_leverage_range" CHECK ("strategies"."max_leverage" > 0 and "strategies"."max_leverage" <= 1000),
	CONSTRAINT "strategies_max_open_orders_range" CHECK ("strategies"."max_open_orders" > 0),
	CONSTRAINT "strategies_times_finite" CHECK (isfinite("strategies"."updated_at") and isfinite("strategies"."activated_at") and isfinite("strategies"."stopped_at")),
	CONSTRAINT "strategies_version_positive" CHECK ("strategies"."version" > 0),
	CONSTRAINT "strategies_totals_consistent" CHECK ("strategies"."winning_trades" >= 0 and "strategies"."losing_trades" >= 0 and "strategies"."winning_trades" + "strategies"."losing_trades" <= "strategies"."total_trades"),
	CONSTRAINT "strategies_gross_amounts_match_counts" CHECK ("strategies"."gross_profit" >= 0 and "strategies"."gross_loss" >= 0 and ("strategies"."gross_profit" > 0) = ("strategies"."winning_trades" > 0) and ("strategies"."gross_loss" > 0) = ("strategies"."losing_trades" > 0) and "strategies"."gross_profit" < 'Infinity' and "strategies"."gross_loss" < 'Infinity' and "strategies"."total_fees" < 'Infinity' and "strategies"."total_fees" > '-Infinity'),
	CONSTRAINT "strategies_lifecycle_times" CHECK (("strategies"."status" <> 'active' or "strategies"."activated_at" is not null) and ("strategies"."status" not in ('stopped', 'archived') or "strategies"."activated_at" is null or "strategies"."stopped_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "strategy_daily_performance" (
	"strategy_id" uuid NOT NULL,
	"trading_day" date NOT NULL,
	"account" text NOT NULL,
	"currency" text NOT NULL,
	"trade_count" bigint DEFAULT 0 NOT NULL,
	"buy_count" bigint DEFAULT 0 NOT NULL,
	"winning_trades" bigint DEFAULT 0 NOT NULL,
	"losing_trades" bigint DEFAULT 0 NOT NULL,
	"long_winning_trades" bigint DEFAULT 0 NOT NULL,
	"long_losing_trades" bigint DEFAULT 0 NOT NULL,
	"gross_profit" numeric DEFAULT '0' NOT NULL,
	"gross_loss" numeric DEFAULT '0' NOT NULL,
	"realized_pnl" numeric GENERATED ALWAYS AS (gross_profit - gross_loss) STORED NOT NULL,
	"largest_win" numeric DEFAULT '0' NOT NULL,
	"largest_loss" numeric DEFAULT '0' NOT NULL,
	"purged_largest_win" numeric DEFAULT '0' NOT NULL,
	"purged_largest_loss" numeric DEFAULT '0' NOT NULL,
	"realized_pnl_squared" numeric DEFAULT '0' NOT NULL,
	"buy_notional" numeric DEFAULT '0' NOT NULL,
	"sell_notional" numeric DEFAULT '0' NOT NULL,
	"fees" numeric DEFAULT '0' NOT NULL,
	CONSTRAINT "strategy_daily_performance_pkey" PRIMARY KEY("strategy_id","trading_day","account","currency"),
	CONSTRAINT "strategy_daily_performance_counts_consistent" CHECK ("strategy_daily_performance"."winning_trades" >= 0 and "strategy_daily_performance"."losing_trades" >= 0 and "strategy_daily_performance"."winning_trades" + "strategy_daily_performance"."losing_trades" <= "strategy_daily_performance"."trade_count" and "strategy_daily_performance"."buy_count" between 0 and "strategy_daily_performance"."trade_count" and "strategy_daily_performance"."long_winning_trades" between 0 and "strategy_daily_performance"."winning_trades" and "strategy_daily_performance"."long_losing_trades" between 0 and "strategy_daily_performance"."losing_trades"),
	CONSTRAINT "strategy_daily_performance_amounts_not_negative" CHECK ("strategy_daily_performance"."gross_profit" >= 0 and "strategy_daily_performance"."gross_loss" >= 0 and "strategy_daily_performance"."largest_win" >= 0 and "strategy_daily_performance"."largest_loss" >= 0 and "strategy_daily_performance"."purged_largest_win" >= 0 and "strategy_daily_performance"."purged_largest_loss" >= 0 and "strategy_daily_performance"."realized_pnl_squared" >= 0 and "strategy_daily_performance"."buy_notional" >= 0 and "strategy_daily_performance"."sell_notional" >= 0)
);
--> statement-breakpoint
CREATE TABLE "system_logs" (
	"id" uuid NOT NULL,
	"logged_at" timestamp with time zone NOT NULL,
	"level" "log_level" NOT NULL,
	"component" text NOT NULL,
	"message" text NOT NULL,
	"strategy_id" uuid,
	"correlation_id" text,
	"duration_milliseconds" double precision,
	"error_name" text,
	"error_stack" text,
	"context" jsonb,
	"host" text,
	"process_id" text,
	CONSTRAINT "system_logs_pkey" PRIMARY KEY("id","logged_at"),
	CONSTRAINT "system_logs_id_holds_logged_at" CHECK (coalesce(uuid_extract_version("system_logs"."id") = 7 and uuid_extract_timestamp("system_logs"."id") = date_trunc('milliseconds', "system_logs"."logged_at"), false)),
	CONSTRAINT "system_logs_component_form" CHECK (length("system_logs"."component") between 1 and 100 and "system_logs"."component" = btrim("system_logs"."component") and "system_logs"."component" !~ '[[:cntrl:]]'),
	CONSTRAINT "system_logs_duration_range" CHECK ("system_logs"."duration_milliseconds" >= 0 and "system_logs"."duration_milliseconds" < 'Infinity'),
	CONSTRAINT "system_logs_context_is_object" CHECK (jsonb_typeof("system_logs"."context") = 'object')
);
--> statement-breakpoint
CREATE TABLE "trades" (
	"id" uuid NOT NULL,
	"executed_at" timestamp with time zone NOT NULL,
	"account" text NOT NULL,
	"strategy_id" uuid,
	"order_id" uuid,
	"exchange" text NOT NULL,
	"symbol" text NOT NULL,
	"exchange_trade_id" text NOT NULL,
	"correction" smallint DEFAULT 0 NOT NULL,
	"side" "order_side" NOT NULL,
	"quantity" numeric NOT NULL,
	"price" numeric NOT NULL,
	"contract_multiplier" numeric DEFAULT '1' NOT NULL,
	"notional" numeric GENERATED ALWAYS AS (quantity * price * contract_multiplier) STORED NOT NULL,
	"settlement_currency" text NOT NULL,
	"fee" numeric DEFAULT '0' NOT NULL,
	"fee_currency" text NOT NULL,
	"liquidity" "liquidity",
	"realized_pnl" numeric,
	"position_quantity" numeric,
	"position_cost_basis" numeric,
	"busted_at" timestamp with time zone,
	"bust_reason" text,
	"source" text NOT NULL,
	"raw_payload" jsonb,
	"recorded_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"venue_mic" text,
	"instrument_isin" text,
	"venue_transaction_id" text,
	"trading_capacity" "trading_capacity",
	"investment_decision_algorithm_id" text,
	"execution_algorithm_id" text,
	"decision_maker_id" text,
	"retain_until" date,
	CONSTRAINT "trades_pkey" PRIMARY KEY("id","executed_at"),
	CONSTRAINT "trades_id_holds_executed_at" CHECK (coalesce(uuid_extract_version("trades"."id") = 7 and uuid_extract_timestamp("trades"."id") = date_trunc('milliseconds', "trades"."executed_at"), false)),
	CONSTRAINT "trades_codes_form" CHECK (length("trades"."account") between 1 and 100 and "trades"."account" = btrim("trades"."account") and "trades"."account" !~ '[[:cntrl:]]' and length("trades"."exchange") between 1 and 50 and "trades"."exchange" = btrim("trades"."exchange") and "trades"."exchange" !~ '[[:cntrl:]]' and length("trades"."symbol") between 1 and 100 and "trades"."symbol" = btrim("trades"."symbol") and "trades"."symbol" !~ '[[:cntrl:]]' and length("trades"."exchange_trade_id") between 1 and 200 and "trades"."exchange_trade_id" = btrim("trades"."exchange_trade_id") and "trades"."exchange_trade_id" !~ '[[:cntrl:]]' and length("trades"."source") between 1 and 200 and "trades"."source" = btrim("trades"."source") and "trades"."source" !~ '[[:cntrl:]]'),
	CONSTRAINT "trades_currencies_form" CHECK ("trades"."settlement_currency" ~ '^[A-Z0-9]{2,12}$' and "trades"."fee_currency" ~ '^[A-Z0-9]{2,12}$'),
	CONSTRAINT "trades_amounts_positive" CHECK (("trades"."quantity" > 0 and "trades"."quantity" < 1e20 and scale("trades"."quantity") <= 18) and ("trades"."price" > 0 and "trades"."price" < 1e20 and scale("trades"."price") <= 18) and ("trades"."contract_multiplier" > 0 and "trades"."contract_multiplier" < 1e20 and scale("trades"."contract_multiplier") <= 18)),
	CONSTRAINT "trades_fee_exact" CHECK (("trades"."fee" > -1e20 and "trades"."fee" < 1e20 and scale("trades"."fee") <= 18)),
	CONSTRAINT "trades_accounting_complete" CHECK (num_nulls("trades"."realized_pnl", "trades"."position_quantity", "trades"."position_cost_basis") in (0, 3)),
	CONSTRAINT "trades_busted_realizes_nothing" CHECK ("trades"."busted_at" is null or "trades"."realized_pnl" = 0 or "trades"."realized_pnl" is null),
	CONSTRAINT "trades_bust_reason_when_busted" CHECK ("trades"."bust_reason" is null or "trades"."busted_at" is not null),
	CONSTRAINT "trades_not_from_the_future" CHECK ("trades"."executed_at" - "trades"."recorded_at" <= interval '24 hours'),
	CONSTRAINT "trades_correction_not_negative" CHECK ("trades"."correction" >= 0),
	CONSTRAINT "trades_busted_after_execution" CHECK ("trades"."busted_at" >= "trades"."executed_at"),
	CONSTRAINT "trades_times_finite" CHECK (isfinite("trades"."busted_at") and isfinite("trades"."recorded_at")),
	CONSTRAINT "trades_venue_mic_form" CHECK ("trades"."venue_mic" ~ '^[A-Z0-9]{4}$'),
	CONSTRAINT "trades_decision_ids_form" CHECK (length("trades"."investment_decision_algorithm_id") between 1 and 100 and "trades"."investment_decision_algorithm_id" = btrim("trades"."investment_decision_algorithm_id") and "trades"."investment_decision_algorithm_id" !~ '[[:cntrl:]]' and length("trades"."execution_algorithm_id") between 1 and 100 and "trades"."execution_algorithm_id" = btrim("trades"."execution_algorithm_id") and "trades"."execution_algorithm_id" !~ '[[:cntrl:]]' and length("trades"."decision_maker_id") between 1 and 100 and "trades"."decision_maker_id" = btrim("trades"."decision_maker_id") and "trades"."decision_maker_id" !~ '[[:cntrl:]]' and length("trades"."venue_transaction_id") between 1 and 200 and "trades"."venue_transaction_id" = btrim("trades"."venue_transaction_id") and "trades"."venue_transaction_id" !~ '[[:cntrl:]]'),
	CONSTRAINT "trades_instrument_isin_form" CHECK ("trades"."instrument_isin" ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'),
	CONSTRAINT "trades_retain_until_lengthens" CHECK ("trades"."retain_until" >= ("trades"."executed_at" at time zone 'UTC')::date + interval '7 years' and isfinite("trades"."retain_until"))
);
--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "public"."strategies"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "portfolio_curves" ADD CONSTRAINT "portfolio_curves_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "public"."strategies"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "positions" ADD CONSTRAINT "positions_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "public"."strategies"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "strategy_daily_performance" ADD CONSTRAINT "strategy_daily_performance_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "public"."strategies"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "trades" ADD CONSTRAINT "trades_strategy_id_fkey" FOREIGN KEY ("strategy_id") REFERENCES "public"."strategies"("id") ON DELETE set null ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "audit_log_entity_idx" ON "audit_log" USING btree ("entity_type","entity_id","occurred_at");
--> statement-breakpoint
CREATE INDEX "audit_log_actor_idx" ON "audit_log" USING btree ("actor","occurred_at");
--> statement-breakpoint
CREATE INDEX "audit_log_occurred_at_idx" ON "audit_log" USING btree ("occurred_at","id");
--> statement-breakpoint
CREATE INDEX "audit_log_after_idx" ON "audit_log" USING gin ("after" jsonb_path_ops);
--> statement-breakpoint
CREATE INDEX "market_data_doubtful_idx" ON "market_data" USING btree ("exchange","symbol","time") WHERE "market_data"."quality_score" < 100;
--> statement-breakpoint
CREATE INDEX "market_series_symbol_idx" ON "market_series" USING btree ("symbol","timeframe");
--> statement-breakpoint
CREATE INDEX "market_series_last_time_idx" ON "market_series" USING btree ("timeframe","last_time");
--> statement-breakpoint
CREATE INDEX "open_orders_account_idx" ON "open_orders" USING btree ("account","created_at","order_id");
--> statement-breakpoint
CREATE INDEX "open_orders_strategy_idx" ON "open_orders" USING btree ("strategy_id","created_at","order_id");
--> statement-breakpoint
CREATE INDEX "open_orders_symbol_idx" ON "open_orders" USING btree ("exchange","symbol","created_at","order_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "open_orders_client_order_id_key" ON "open_orders" USING btree ("account","exchange","client_order_id","reopening");
--> statement-breakpoint
CREATE INDEX "open_orders_venue_order_id_idx" ON "open_orders" USING btree ("exchange","venue_order_id");
--> statement-breakpoint
CREATE INDEX "open_orders_expires_at_idx" ON "open_orders" USING btree ("expires_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "order_events_order_version_key" ON "order_events" USING btree ("order_id","order_version","event_time");
--> statement-breakpoint
CREATE INDEX "order_events_strategy_time_idx" ON "order_events" USING btree ("strategy_id","event_time");
--> statement-breakpoint
CREATE INDEX "order_events_account_time_idx" ON "order_events" USING btree ("account","event_time","id");
--> statement-breakpoint
CREATE INDEX "order_events_rejected_idx" ON "order_events" USING btree ("exchange","event_time") WHERE "order_events"."type" = 'rejected';
--> statement-breakpoint
CREATE INDEX "order_events_execution_id_idx" ON "order_events" USING btree ("exchange","execution_id") WHERE "order_events"."execution_id" is not null;
--> statement-breakpoint
CREATE INDEX "order_events_changes_idx" ON "order_events" USING gin ("changes") WHERE "order_events"."changes" is not null;
--> statement-breakpoint
CREATE INDEX "orders_client_order_id_idx" ON "orders" USING btree ("account","exchange","client_order_id","created_at");
--> statement-breakpoint
CREATE INDEX "orders_venue_order_id_idx" ON "orders" USING btree ("exchange","venue_order_id","created_at") WHERE "orders"."venue_order_id" is not null;
--> statement-breakpoint
CREATE INDEX "orders_strategy_created_at_idx" ON "orders" USING btree ("strategy_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "orders_account_created_at_idx" ON "orders" USING btree ("account","created_at","id");
--> statement-breakpoint
CREATE INDEX "orders_symbol_created_at_idx" ON "orders" USING btree ("exchange","symbol","created_at");
--> statement-breakpoint
CREATE INDEX "orders_parent_idx" ON "orders" USING btree ("parent_order_id","created_at") WHERE "orders"."parent_order_id" is not null;
--> statement-breakpoint
CREATE INDEX "orders_rejected_idx" ON "orders" USING btree ("created_at") WHERE "orders"."status" = 'rejected';
--> statement-breakpoint
CREATE UNIQUE INDEX "portfolio_snapshots_curve_key" ON "portfolio_snapshots" USING btree ("account","strategy_id","currency","taken_at","id");
--> statement-breakpoint
CREATE INDEX "portfolio_snapshots_strategy_idx" ON "portfolio_snapshots" USING btree ("strategy_id","taken_at");
--> statement-breakpoint
CREATE INDEX "portfolio_snapshots_deep_drawdown_idx" ON "portfolio_snapshots" USING btree ("account","taken_at") WHERE "portfolio_snapshots"."drawdown_percentage" >= 20;
--> statement-breakpoint
CREATE INDEX "portfolio_snapshots_margin_pressure_idx" ON "portfolio_snapshots" USING btree ("account","taken_at") WHERE "portfolio_snapshots"."margin_used_percentage" >= 80;
--> statement-breakpoint
CREATE INDEX "positions_open_account_idx" ON "positions" USING btree ("account","exchange","symbol") WHERE "positions"."quantity" <> 0;
--> statement-breakpoint
CREATE INDEX "positions_open_symbol_idx" ON "positions" USING btree ("exchange","symbol") WHERE "positions"."quantity" <> 0;
--> statement-breakpoint
CREATE UNIQUE INDEX "strategies_name_key" ON "strategies" USING btree ("name");
--> statement-breakpoint
CREATE INDEX "strategies_active_idx" ON "strategies" USING btree ("name") WHERE "strategies"."status" = 'active';
--> statement-breakpoint
CREATE INDEX "strategies_kind_created_at_idx" ON "strategies" USING btree ("kind","created_at");
--> statement-breakpoint
CREATE INDEX "strategies_symbols_idx" ON "strategies" USING gin ("symbols");
--> statement-breakpoint
CREATE INDEX "strategies_tags_idx" ON "strategies" USING gin ("tags");
--> statement-breakpoint
CREATE INDEX "strategies_configuration_idx" ON "strategies" USING gin ("configuration" jsonb_path_ops);
--> statement-breakpoint
CREATE INDEX "strategies_created_at_idx" ON "strategies" USING btree ("created_at","id");
--> statement-breakpoint
CREATE INDEX "strategy_daily_performance_day_idx" ON "strategy_daily_performance" USING btree ("trading_day","strategy_id");
--> statement-breakpoint
CREATE INDEX "strategy_daily_performance_account_idx" ON "strategy_daily_performance" USING btree ("account","trading_day");
--> statement-breakpoint
CREATE INDEX "system_logs_logged_at_idx" ON "system_logs" USING btree ("logged_at","id");
--> statement-breakpoint
CREATE INDEX "system_logs_problems_idx" ON "system_logs" USING btree ("logged_at") WHERE "system_logs"."level" in ('warn', 'error', 'fatal');
--> statement-breakpoint
CREATE INDEX "system_logs_component_idx" ON "system_logs" USING btree ("component","logged_at");
--> statement-breakpoint
CREATE INDEX "system_logs_strategy_idx" ON "system_logs" USING btree ("strategy_id","logged_at") WHERE "system_logs"."strategy_id" is not null;
--> statement-breakpoint
CREATE INDEX "system_logs_correlation_id_idx" ON "system_logs" USING btree ("correlation_id","logged_at") WHERE "system_logs"."correlation_id" is not null;
--> statement-breakpoint
CREATE INDEX "system_logs_slow_idx" ON "system_logs" USING btree ("component","duration_milliseconds") WHERE "system_logs"."duration_milliseconds" >= 1000;
--> statement-breakpoint
CREATE INDEX "system_logs_context_idx" ON "system_logs" USING gin ("context" jsonb_path_ops);
--> statement-breakpoint
CREATE INDEX "system_logs_message_idx" ON "system_logs" USING gin (to_tsvector('english', "message"));
--> statement-breakpoint
CREATE UNIQUE INDEX "trades_exchange_trade_id_key" ON "trades" USING btree ("exchange","account","symbol","side","exchange_trade_id","executed_at","correction");
--> statement-breakpoint
CREATE INDEX "trades_position_idx" ON "trades" USING btree ("strategy_id","account","exchange","symbol","executed_at","id");
--> statement-breakpoint
CREATE INDEX "trades_strategy_executed_at_idx" ON "trades" USING btree ("strategy_id","executed_at","id");
--> statement-breakpoint
CREATE INDEX "trades_account_executed_at_idx" ON "trades" USING btree ("account","executed_at","id");
--> statement-breakpoint
CREATE INDEX "trades_symbol_executed_at_idx" ON "trades" USING btree ("exchange","symbol","executed_at","id");
--> statement-breakpoint
CREATE INDEX "trades_order_idx" ON "trades" USING btree ("order_id","executed_at") WHERE "trades"."order_id" is not null;
--> statement-breakpoint
CREATE INDEX "trades_busted_idx" ON "trades" USING btree ("busted_at") WHERE "trades"."busted_at" is not null;
