import { FathomError } from "../../engine/errors.ts";

/** Where the library is looked for: Debian's soname, then the usual names of other systems. */
const LIBRARY_NAMES = ["libxgboost.so.0", "libxgboost.so", "libxgboost.dylib", "xgboost.dll"];

/** A pointer into the library's memory, to be freed by hand. */
export type Handle = bigint;

/** The few calls of XGBoost's C interface that training needs. Each throws E_XGBOOST_CALL with the library's words. */
export interface Libxgboost {
  /** "1.7.4". */
  readonly version: string;
  /** A copy of row-major float32 numbers in the library's memory; NaN is missing. */
  createMatrix(values: Float32Array, rows: number, columns: number): Handle;
  setInfo(matrix: Handle, field: "label" | "weight", values: Float32Array): void;
  freeMatrix(matrix: Handle): void;
  createBooster(matrices: readonly Handle[]): Handle;
  freeBooster(booster: Handle): void;
  setParam(booster: Handle, name: string, value: string): void;
  update(booster: Handle, round: number, matrix: Handle): void;
  /** The metric of the params on a matrix, to 17 decimals. */
  evaluate(booster: Handle, round: number, matrix: Handle): number;
  /** A booster of its own with the first rounds of another. */
  firstRounds(booster: Handle, rounds: number): Handle;
  /** The model as JSON in UTF-8. */
  save(booster: Handle): Uint8Array;
  load(booster: Handle, json: Uint8Array): void;
  /** Probabilities in float32. */
  predict(booster: Handle, matrix: Handle, rows: number): Float32Array;
}

/**
 * Opens XGBoost's native library by koffi.
 * @throws FathomError E_XGBOOST_MISSING, with what to install, where koffi or the library is absent.
 */
export async function openXgboost(names: readonly string[] = LIBRARY_NAMES): Promise<Libxgboost> {
  const { default: koffi } = await import("koffi").catch((error) => {
    throw missing(
      "the optional package koffi is not installed",
      "npm install --save-optional koffi@3.3.4",
      error,
    );
  });
  const reasons: string[] = [];
  for (const name of names) {
    try {
      return bind(koffi, koffi.load(name));
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw missing(
    `no library of the names ${names.join(", ")} could be opened`,
    "apt-get install libxgboost0",
    reasons,
  );
}

function missing(found: string, install: string, cause: unknown): FathomError {
  return new FathomError(
    "E_XGBOOST_MISSING",
    `XGBoost: ${found}, expected XGBoost's native library and koffi to train trees; run \`${install}\`, or train a logistic model`,
    { cause },
  );
}

type Koffi = typeof import("koffi")["default"];

function bind(koffi: Koffi, library: ReturnType<Koffi["load"]>): Libxgboost {
  const lastError = library.func("const char *XGBGetLastError()");
  /** A function that answers 0, or not 0 and then has a reason. */
  const call = (name: string, parameters: string) => {
    const f = library.func(`int ${name}(${parameters})`);
    return (...values: unknown[]): void => {
      if (f(...values) === 0) return;
      const reason = String(lastError()).split("\n")[0];
      throw new FathomError("E_XGBOOST_CALL", `XGBoost: ${name} failed: ${reason}`, { name });
    };
  };
  const version = library.func("void XGBoostVersion(_Out_ int *major, _Out_ int *minor, _Out_ int *patch)");
  const matrixCreate = call(
    "XGDMatrixCreateFromMat",
    "const float *data, uint64_t rows, uint64_t columns, float missing, _Out_ void **out",
  );
  const matrixInfo = call(
    "XGDMatrixSetFloatInfo",
    "void *matrix, const char *field, const float *values, uint64_t n",
  );
  const matrixFree = call("XGDMatrixFree", "void *matrix");
  const boosterCreate = call("XGBoosterCreate", "void **matrices, uint64_t n, _Out_ void **out");
  const boosterFree = call("XGBoosterFree", "void *booster");
  const boosterParam = call("XGBoosterSetParam", "void *booster, const char *name, const char *value");
  const boosterUpdate = call("XGBoosterUpdateOneIter", "void *booster, int round, void *matrix");
  const boosterEvaluate = call(
    "XGBoosterEvalOneIter",
    "void *booster, int round, void **matrices, const char **names, uint64_t n, _Out_ const char **out",
  );
  const boosterSlice = call(
    "XGBoosterSlice",
    "void *booster, int begin, int end, int step, _Out_ void **out",
  );
  const boosterSave = call(
    "XGBoosterSaveModelToBuffer",
    "void *booster, const char *config, _Out_ uint64_t *n, _Out_ void **out",
  );
  const boosterLoad = call("XGBoosterLoadModelFromBuffer", "void *booster, const void *buffer, uint64_t n");
  const boosterPredict = call(
    "XGBoosterPredictFromDMatrix",
    "void *booster, void *matrix, const char *config, _Out_ void **shape, _Out_ uint64_t *dimensions, _Out_ void **out",
  );
  /** What a call puts into its last parameter. */
  const result = <T>(f: (...values: unknown[]) => void, ...values: unknown[]): T => {
    const out: [T | null] = [null];
    f(...values, out);
    return out[0] as T;
  };
  /** A copy: the library uses its memory again at the next call. */
  const bytesAt = (pointer: Handle, n: number) => new Uint8Array(koffi.view(pointer, n).slice(0));
  return {
    version: versionText(version),
    createMatrix: (values, rows, columns) => result(matrixCreate, values, rows, columns, Number.NaN),
    setInfo: (matrix, field, values) => matrixInfo(matrix, field, values, values.length),
    freeMatrix: (matrix) => matrixFree(matrix),
    createBooster: (matrices) => result(boosterCreate, matrices, matrices.length),
    freeBooster: (booster) => boosterFree(booster),
    setParam: (booster, name, value) => boosterParam(booster, name, value),
    update: (booster, round, matrix) => boosterUpdate(booster, round, matrix),
    evaluate(booster, round, matrix) {
      const text = result<string>(boosterEvaluate, booster, round, [matrix], ["part"], 1); // "[0]\tpart-logloss:0.69"
      return Number(text.slice(text.lastIndexOf(":") + 1));
    },
    firstRounds: (booster, rounds) => result(boosterSlice, booster, 0, rounds, 1),
    save(booster) {
      const n = [0];
      const pointer = result<Handle>(boosterSave, booster, '{"format":"json"}', n);
      return bytesAt(pointer, Number(n[0]));
    },
    load: (booster, json) => boosterLoad(booster, json, json.length),
    predict(booster, matrix, rows) {
      const config = { type: 0, training: false, iteration_begin: 0, iteration_end: 0, strict_shape: false };
      const pointer = result<Handle>(boosterPredict, booster, matrix, JSON.stringify(config), [null], [0]);
      return new Float32Array(bytesAt(pointer, 4 * rows).buffer);
    },
  };
}

function versionText(version: (...parts: number[][]) => void): string {
  const parts = [[0], [0], [0]];
  version(...parts);
  return parts.map(([part]) => part).join(".");
}
