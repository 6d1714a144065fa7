// What is used of jstat, which comes without types.
declare module "jstat" {
  interface Statistics {
    mean(values: ArrayLike<number>): number;
    /** With `isSample` divided by n - 1. */
    stdev(values: ArrayLike<number>, isSample?: boolean): number;
    /** Of a sample: divided by n - 1. */
    covariance(one: ArrayLike<number>, other: ArrayLike<number>): number;
    /** Third moment over the cubed population deviation. */
    skewness(values: ArrayLike<number>): number;
    /** Fourth moment over the squared population variance, less 3. */
    kurtosis(values: ArrayLike<number>): number;
    readonly normal: { cdf(x: number, mean: number, deviation: number): number };
  }
  const library: { readonly jStat: Statistics };
  export default library;
}
