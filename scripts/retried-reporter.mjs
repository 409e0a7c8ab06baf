// Names the tests that passed only when they were tried again: a green run does not hide them.

/** A reporter of Vitest. */
export default class RetriedReporter {
  #names = [];

  onTestCaseResult(testCase) {
    const { retryCount } = testCase.diagnostic() ?? { retryCount: 0 };
    if (retryCount > 0 && testCase.result().state === 'passed') {
      this.#names.push(`${testCase.module.relativeModuleId} > ${testCase.fullName}`);
    }
  }

  onTestRunEnd() {
    for (const name of this.#names) console.log(`Passed only when tried again: ${name}`);
  }
}
