// Settings of a server that is measured: what a server of one's own would be given. Other servers of this package share the machine with
// everything and keep nothing, so they are small, and quick rather than durable.
import { totalmem } from "node:os";

/**
 * A quarter of the memory for the server's cache, three quarters for what the planner believes to be cached, and the price of a random page on
 * solid-state disks. Source of all three: timescaledb-tune, pkg/pgtune/memory.go and misc.go.
 */
export function measuredSettings(): Record<string, string> {
  const megabytes = totalmem() / 2 ** 20;
  return {
    shared_buffers: `${Math.max(128, Math.round(megabytes / 4))}MB`,
    effective_cache_size: `${Math.round((megabytes * 3) / 4)}MB`,
    random_page_cost: "1.1",
    max_wal_size: "2GB",
  };
}
