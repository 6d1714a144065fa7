export { planTests, type TestPlan, type TestPlanOptions } from "./projects.ts";
