// Orders the test files as vitest does, and leaves out those of an edition whose image cannot be had or does not come up.
// vitest asks for the order after the projects' set-up, so this is the moment when that is known.
import { BaseSequencer, type TestSpecification } from "vitest/node";

export class AbsentServerSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own method, not an array's
    return super.sort(
      files.filter(({ project }) => !project.getProvidedContext().testServerProblem?.isTolerated),
    );
  }
}
