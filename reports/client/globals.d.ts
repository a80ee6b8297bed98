/** uPlot is in the same script as the parts. */
declare const uPlot: typeof import("uplot");
type uPlot = import("uplot");
