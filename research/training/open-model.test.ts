import { beforeAll, expect, test } from "vitest";
import { recordEvidence, transition } from "../artifacts/lifecycle.ts";
import { testEvidence, testHome } from "../artifacts/test-artifacts.ts";
import { openApproved, openModel, trainedOn } from "./open-model.ts";
import { trainedHome } from "./test-trained.ts";

const LATER = Date.UTC(2026, 0, 2);

let made: Awaited<ReturnType<typeof trainedHome>>;
beforeAll(async () => {
  made = await trainedHome();
  return made.remove;
});

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

test("a model that may trade is APPROVED: before, it is told how it gets there, and after, that it does not", () => {
  const { place, state, using } = made;
  const call = () => openApproved(place, state.id);
  expect(call).toThrow(
    refusal("E_MODEL_STAGE", /it is CANDIDATE, .*`fathom promote score-v1` take it there$/),
  );
  using((log) => {
    recordEvidence(log, testEvidence(state), LATER);
    transition(log, state.id, "VALIDATION", LATER);
    transition(log, state.id, "APPROVED", LATER);
  }, LATER);
  expect(call().artifact.state.stage).toBe("APPROVED");
  using((log) => transition(log, state.id, "RETIRED", LATER), LATER);
  expect(call).toThrow(
    refusal("E_MODEL_STAGE", /it is RETIRED, .*; it is out of use for good: take another$/),
  );
});

test("to look at, one of any stage is opened, with the bars and the config it was trained on", async () => {
  const { home, place, state, dataset, config } = made;
  const found = openModel(place, state.id);
  const own = await trainedOn(home, found);
  expect(own.config).toEqual(config);
  expect(own.dataset.panel).toEqual(dataset.panel);
});

test("one whose bars came from a script says that only the script can go on with it", async () => {
  const { home, place, state } = made;
  const { artifact, training } = openModel(place, state.id);
  const { origin: _, ...rest } = training;
  await expect(trainedOn(home, { artifact, training: rest })).rejects.toThrow(
    refusal("E_MODEL_ORIGIN", /came from a script/),
  );
});

test("one that nobody wrote is refused, and one of other features is", () => {
  expect(() => openModel(made.place, "score-v9")).toThrow(refusal("E_ART_UNKNOWN", /score-v9/));
  const { place, write } = testHome();
  const { id } = write();
  expect(() => openModel(place, id)).toThrow(
    refusal("E_MODEL_SCHEMA", /found feature schema undefined, expected 1/),
  );
});
