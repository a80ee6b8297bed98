/** What a model may rely on of one feature. Plain JSON. */
export interface FeatureSpec {
  readonly name: string;
  readonly unit: string;
  readonly dtype: "f64";
  /** Bounds that hold in every row, or null where it has none. */
  readonly range: readonly [low: number, high: number] | null;
  /** What it is, in words. */
  readonly definition: string;
  /** What NaN means, and what is done about it. */
  readonly missing: string;
}

/** The features of a pair, in order. Plain JSON: its canonical form is what is hashed. */
export interface FeatureSchema {
  readonly version: number;
  readonly features: readonly FeatureSpec[];
}

const WARM_UP =
  "NaN in the warm-up: fewer bars than the longest window; no sample is made of the row and no score given";
const OUTSIDE = `${WARM_UP}. Also before the first publication of an outside index`;

type Range = FeatureSpec["range"];

const spec = <N extends string>(
  name: N,
  unit: string,
  range: Range,
  definition: string,
  missing = WARM_UP,
): FeatureSpec & { readonly name: N } => ({ name, unit, dtype: "f64", range, definition, missing });

const UNIT: Range = [0, 1];
/** Of means of ln(volume / mean of 720 h) that is not below ln 0.01: a bar is at most 720 times the mean. */
const LOG_VOLUME: Range = [-4.61, 6.59];

/**
 * Spans are in hours, counted in decision bars; "close" and so on are the pair's. Every feature is free of the pair's
 * own scale, so that one model serves all pairs. The bounds hold for decision bars of 1 to 12 h.
 */
const FEATURES = [
  spec("momentum24", "fraction", null, "close / close 24 h before - 1"),
  spec("momentum72", "fraction", null, "close / close 72 h before - 1"),
  spec("momentum168", "fraction", null, "close / close 168 h before - 1"),
  spec("momentum720", "fraction", null, "close / close 720 h before - 1"),
  spec("emaGap120", "fraction", null, "close / EMA 120 h - 1"),
  spec("emaGap480", "fraction", null, "close / EMA 480 h - 1"),
  spec("trendGap", "fraction", null, "EMA 480 h / EMA 1200 h - 1"),
  spec("rsi24", "0 to 100", [0, 100], "RSI 24 h of the close"),
  spec("zScore72", "standard deviations", [-8.37, 8.37], "(close - mean 72 h) / standard deviation 72 h"),
  spec(
    "zScore240",
    "standard deviations",
    [-15.43, 15.43],
    "(close - mean 240 h) / standard deviation 240 h",
  ),
  spec("volatility240", "fraction a bar", null, "standard deviation of the returns of 240 h"),
  spec("volatilityGap24", "fraction", [-1, 3.5], "standard deviation of returns, 24 h / 240 h - 1"),
  spec("volatilityGap240", "fraction", [-1, 1], "standard deviation of returns, 240 h / 720 h - 1"),
  spec("yangZhang72", "fraction a bar", null, "Yang-Zhang volatility, 72 h"),
  spec("atrGap24", "fraction", null, "ATR 24 h / ATR 240 h - 1"),
  spec("range168", "fraction", UNIT, "place of the close between lowest low and highest high of 168 h"),
  spec("range720", "fraction", UNIT, "place of the close between lowest low and highest high of 720 h"),
  spec("fromHigh720", "fraction", [-1, 0], "close / highest close of 720 h - 1"),
  spec("fromLow720", "fraction", null, "close / lowest close of 720 h - 1"),
  spec(
    "volumeZ168",
    "standard deviations",
    [-12.89, 12.89],
    "(volume - mean 168 h) / standard deviation 168 h",
  ),
  spec(
    "logVolume24",
    "ln",
    LOG_VOLUME,
    "mean over 24 h of ln(volume / mean volume of 720 h), at least ln 0.01",
  ),
  spec(
    "logVolume72",
    "ln",
    LOG_VOLUME,
    "mean over 72 h of ln(volume / mean volume of 720 h), at least ln 0.01",
  ),
  spec(
    "logVolume168",
    "ln",
    LOG_VOLUME,
    "mean over 168 h of ln(volume / mean volume of 720 h), at least ln 0.01",
  ),
  spec(
    "logVolume480",
    "ln",
    LOG_VOLUME,
    "mean over 480 h of ln(volume / mean volume of 720 h), at least ln 0.01",
  ),
  spec(
    "calmVolume72",
    "ln",
    [-5.9, 11.2],
    "logVolume72 - ln(standard deviation of returns, 72 h / 720 h, at least 0.01): volume beyond what moves explain",
  ),
  spec("beta720", "ratio", null, "slope of the returns on the reference's, 720 h"),
  spec(
    "correlation720",
    "ratio",
    [-1, 1],
    "Pearson's correlation of the returns with the reference's, 720 h",
  ),
  spec("strength168", "fraction", null, "momentum of 168 h less the reference's"),
  spec("strength720", "fraction", null, "momentum of 720 h less the reference's"),
  spec("riskOn", "0 or 1", UNIT, "whether the regime is RISK_ON", OUTSIDE),
  spec("riskOff", "0 or 1", UNIT, "whether the regime is RISK_OFF", OUTSIDE),
  spec("panic", "0 or 1", UNIT, "whether the regime is PANIC", OUTSIDE),
  spec("index", "VIX points", null, "volatility index", OUTSIDE),
  spec("indexGap", "fraction", null, "trend gap of the reference that decides the regime"),
  spec("confidence", "fraction", UNIT, "confidence of the regime", OUTSIDE),
] as const;

export type FeatureName = (typeof FEATURES)[number]["name"];

/** A changed, added, moved or removed feature is a new version: an old model's scores would mean something else. */
export const FEATURE_SCHEMA: FeatureSchema & {
  readonly features: readonly (FeatureSpec & { readonly name: FeatureName })[];
} = { version: 1, features: FEATURES };

export const FEATURE_NAMES: readonly FeatureName[] = FEATURES.map((f) => f.name);
