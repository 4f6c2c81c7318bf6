/** Frames to messages and back, against the independent implementation of the test client. */
import { describe, expect, test } from "@jest/globals";
import { Session } from "../../../kernel/protocol/session.ts";
import { type Frame, Wire, WireError } from "../../../kernel/protocol/wire.ts";
import { decode, delimiter, encode, newHeader, sign } from "../../support/wire.ts";

const key = "a0436f6c-1916-498b-8eb9-e81ab9368e84";
/** Reads frames as a kernel does that has seen none before. */
const decodeOnce = (given: readonly Uint8Array[]) => new Wire("hmac-sha256", key).decode(given);
const header = newHeader("execute_request", "session");
const identity = Buffer.from([0, 255, 1]);
/** What ZeroMQ makes of a frame. */
const received = (frame: Frame) => (typeof frame === "string" ? Buffer.from(frame) : Buffer.from(frame));

/** A good message's frames, with some of them changed. */
function frames(change: (frames: Buffer[]) => void = () => {}): Buffer[] {
  const made = [identity, ...encode({ header, content: { code: "1" }, buffers: [Buffer.from([1, 2])] }, key)];
  change(made);
  return made;
}

/** Replaces a part and signs anew, so that only the part's own text is wrong. */
function withPart(index: 0 | 1 | 2 | 3, text: string): Buffer[] {
  return frames((all) => {
    const parts = all.slice(3, 7);
    parts[index] = Buffer.from(text);
    all.splice(2, 5, Buffer.from(sign(key, parts)), ...parts);
  });
}

describe("decode()", () => {
  test("gives a message with its identities, its parts and its buffers", () => {
    const message = decodeOnce(frames());
    expect(message.header).toEqual(header);
    expect(message.content).toEqual({ code: "1" });
    expect(message.parent_header).toEqual({});
    expect(message.identities.map((each) => [...each])).toEqual([[0, 255, 1]]);
    expect(message.buffers.map((each) => [...each])).toEqual([[1, 2]]);
  });

  test("accepts several identities and none", () => {
    expect(decodeOnce([identity, ...frames()]).identities).toHaveLength(2);
    expect(decodeOnce(frames().slice(1)).identities).toHaveLength(0);
  });

  test("takes the first delimiter, so that a buffer may hold another", () => {
    const message = decodeOnce([...frames(), delimiter, Buffer.from("after")]);
    expect(message.buffers.map((each) => Buffer.from(each).toString())).toEqual(["\u0001\u0002", "<IDS|MSG>", "after"]);
  });

  test.each([
    ["no frames at all", [], /0 frames without the delimiter/],
    ["no delimiter", [identity, Buffer.from("x")], /2 frames without the delimiter/],
    ["nothing after the delimiter", [delimiter], /0 frames after the delimiter: expected at least 5/],
    ["a truncated message", frames().slice(0, 6), /4 frames after the delimiter: expected at least 5/],
  ])("refuses %s", (_name, given, message) => {
    expect(() => decodeOnce(given)).toThrow(WireError);
    expect(() => decodeOnce(given)).toThrow(message);
  });

  test.each([
    ["another key's", sign("another key", frames().slice(3, 7))],
    ["an empty one", ""],
    ["one of another length", sign(key, frames().slice(3, 7)).slice(1)],
    ["one in capitals", sign(key, frames().slice(3, 7)).toUpperCase()],
  ])("refuses a message whose signature is %s", (_name, signature) => {
    const spoiled = frames((all) => all.splice(2, 1, Buffer.from(signature)));
    expect(() => decodeOnce(spoiled)).toThrow("Dropped a message with a wrong signature");
  });

  test.each([0, 1, 2, 3])("refuses a message with one byte of part %i changed", (part) => {
    const spoiled = frames((all) => {
      const bytes = Buffer.from(all[3 + part]!);
      bytes[bytes.length - 1]! ^= 1;
      all[3 + part] = bytes;
    });
    expect(() => decodeOnce(spoiled)).toThrow("Dropped a message with a wrong signature");
  });

  test.each(["", "{", "nul", "\u0000", "{}{}"])("refuses a signed part that is not JSON: %j", (text) => {
    expect(() => decodeOnce(withPart(3, text))).toThrow("Dropped a message with a part that is not JSON");
  });

  test.each(["null", "[]", "1", '"text"', "true"])("refuses a signed part that is no object: %s", (text) => {
    expect(() => decodeOnce(withPart(2, text))).toThrow("Dropped a message with a part that is not a JSON object");
  });

  test.each(['{"msg_id":"1"}', '{"msg_type":"x"}', '{"msg_id":1,"msg_type":"x"}', '{"msg_id":"1","msg_type":null}'])(
    "refuses a header without a type or an id that are texts: %s",
    (text) => {
      expect(() => decodeOnce(withPart(0, text))).toThrow("whose header has no msg_type or no msg_id");
    },
  );

  test("takes a message once: what is sent again is refused, the same content under another id is not", () => {
    const wire = new Wire("hmac-sha256", key);
    wire.decode(frames());
    expect(() => wire.decode(frames())).toThrow("Dropped a message that came a second time");
    const another = encode({ header: newHeader("execute_request", "session"), content: { code: "1" } }, key);
    expect(wire.decode(another).content).toEqual({ code: "1" });
  });

  test("reads text outside ASCII as UTF-8", () => {
    expect(decodeOnce(withPart(3, '{"code":"ζ 😀"}')).content).toEqual({ code: "ζ 😀" });
  });
});

describe("encode()", () => {
  test("makes frames that a front end accepts, identities in front and buffers behind", () => {
    const message = new Session().message("status", { execution_state: "idle" }, header);
    const made = new Wire("hmac-sha256", key)
      .encode({ ...message, buffers: [Buffer.from([7])] }, [identity])
      .map(received);
    const read = decode(made, key, "iopub", 0);
    expect(read.topic).toEqual([identity]);
    expect(read.header).toEqual(message.header);
    expect(read.parent).toEqual(header);
    expect(read.content).toEqual({ execution_state: "idle" });
    expect(read.buffers.map((each) => [...each])).toEqual([[7]]);
  });

  test.each(["é😀\u2028 ".repeat(10), "é😀\u2028 ".repeat(20_000)])(
    "makes of text what was meant, short or long",
    (text) => {
      const message = new Session().message("stream", { name: "stdout", text }, header);
      const made = new Wire("hmac-sha256", key).encode(message, ["topic"]).map(received);
      expect(decode(made, key, "iopub", 0).content).toEqual({ name: "stdout", text });
    },
  );

  test("gives every message of a session another id, its version and a date in ISO 8601", () => {
    const session = new Session();
    const [a, b] = [session.header("status"), session.header("status")];
    expect(a.msg_id).not.toBe(b.msg_id);
    expect(a).toMatchObject({ session: session.id, msg_type: "status" });
    expect(a.version).toMatch(/^5\.\d+$/);
    expect(new Date(a.date).toISOString()).toBe(a.date);
  });
});

test("an empty key switches signing off, both ways", () => {
  const open = new Wire("hmac-sha256", "");
  const unsigned = encode({ header, content: {} }, "");
  expect(open.decode(unsigned).header).toEqual(header);
  expect(open.encode(new Session().message("status", {}, {}), [])[1]).toHaveLength(0);
  // A front end that signs has another idea of the key.
  expect(() => open.decode(encode({ header, content: {} }, key))).toThrow("wrong signature");
});

test("another hash of HMAC's family works as well", () => {
  const other = new Wire("hmac-sha512", key);
  const message = other.decode(other.encode({ ...decodeOnce(frames()) }, []).map(received));
  expect(message.content).toEqual({ code: "1" });
});

test.each(["hmac-nosuchhash", "", "hmac-"])("an unknown signature scheme is refused by name: %j", (scheme) => {
  expect(() => new Wire(scheme, key)).toThrow(`Unknown signature scheme "${scheme}": expected hmac-sha256`);
});
