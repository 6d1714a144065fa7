// How long and how often peers are measured, by the profile that is seeded.
import type { SeedProfileName } from "../seeding/seed-profile.ts";
import type { PeerEffort } from "./measure-peers.ts";

const USUAL = {
  loadRounds: 3,
  saturationSeconds: 0.6,
  loadSeconds: 1.2,
  leastCalls: 12,
  callShare: 1,
  connections: 20,
};

/** Effort by profile, but for the rounds. */
export const PEER_EFFORTS: Readonly<Record<SeedProfileName, Omit<PeerEffort, "rounds">>> = {
  // To see that all of it runs: on so few rows a time says little.
  smoke: { ...USUAL, saturationSeconds: 0.3, loadSeconds: 0.5, callShare: 0.5 },
  small: USUAL,
  medium: USUAL,
  large: USUAL,
  deep: USUAL,
};
