// Puts the file of a session together from its recipe and packs; used by the page, by the worker, and alone.
// A recipe is a line of JSON, then the bytes that only this session has (voiceguide/web/recipe.py writes it).
"use strict";
(() => {
  // The browser's store of what never changes.
  const LASTING = "voiceguide lasting 1";
  const NEWLINE = 10;
  // In the Info frame and the tag: "a syncsafe integer" (id3.org, "ID3 tag version 2.3.0" §3.1).
  const TAG_HEADER_BYTES = 10;

  // Some hosts unpack a compressed file by themselves.
  async function unpacked(buffer) {
    const bytes = new Uint8Array(buffer);
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
    const stream = new Blob([buffer]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  async function readRecipe(buffer) {
    const bytes = await unpacked(buffer);
    const end = bytes.indexOf(NEWLINE);
    const recipe = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    let at = end + 1;
    [recipe.before, recipe.pictureHead, recipe.after, recipe.info, recipe.silence] = recipe.own.map((length) => {
      at += length;
      return bytes.subarray(at - length, at);
    });
    return recipe;
  }

  // The tag without its picture is the same but for its length.
  function withoutPicture(before, after) {
    const head = before.slice();
    const size = before.length + after.length - TAG_HEADER_BYTES;
    for (const place of [0, 1, 2, 3]) head[6 + place] = (size >> (7 * (3 - place))) & 0x7f;
    return head;
  }

  // The file as a list of parts with their places: bytes, silent frames, or a piece of a pack.
  function layOut(recipe, { picture }) {
    const parts = [];
    let size = 0;
    const add = (part, length) => {
      if (length) parts.push({ at: size, length, ...part });
      size += length;
    };
    const own = (bytes) => add({ bytes }, bytes.length);
    const pieces = (list) => list.forEach(([pack, offset, length]) => add({ pack: recipe.packs[pack], offset }, length));
    const silence = (count) => add({ silence: recipe.silence }, count * recipe.silence.length);
    own(picture ? recipe.before : withoutPicture(recipe.before, recipe.after));
    if (picture) {
      own(recipe.pictureHead);
      pieces(recipe.picture);
    }
    own(recipe.after);
    own(recipe.info);
    for (const [silent, ...piece] of recipe.blocks) {
      silence(silent);
      pieces([piece]);
    }
    silence(recipe.end);
    return { parts, size, packs: packsIn({ parts }, 0, size) };
  }

  function repeated(frame, from, length) {
    const bytes = new Uint8Array(length);
    for (let at = -(from % frame.length); at < length; at += frame.length) {
      const skipped = Math.max(0, -at);
      bytes.set(frame.subarray(skipped, Math.min(frame.length, length - at)), at + skipped);
    }
    return bytes;
  }

  // Yields the bytes from one place to another, each piece when its pack is there.
  async function* bytesOf({ parts }, from, to, packOf) {
    for (const part of parts) {
      const first = Math.max(from - part.at, 0);
      const last = Math.min(to - part.at, part.length);
      if (first >= last) continue;
      if (part.bytes) yield part.bytes.subarray(first, last);
      else if (part.silence) yield repeated(part.silence, first, last - first);
      else yield (await packOf(part.pack)).subarray(part.offset + first, part.offset + last);
    }
  }

  async function blobOf(laidOut, packOf, from = 0, to = laidOut.size) {
    const pieces = [];
    for await (const piece of bytesOf(laidOut, from, to, packOf)) pieces.push(piece);
    return new Blob(pieces, { type: "audio/mpeg" });
  }

  // The packs in which bytes from one place to another lie.
  const packsIn = ({ parts }, from, to) =>
    [...new Set(parts.filter((part) => part.pack && part.at < to && part.at + part.length > from).map((part) => part.pack))];

  // RFC 9110 §14: one range of bytes, or null for all; several ranges and other units count as none.
  function rangeOf(header, size) {
    const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
    if (!found || (!found[1] && !found[2])) return null;
    const from = found[1] ? Number(found[1]) : Math.max(size - Number(found[2]), 0);
    const to = found[1] && found[2] ? Math.min(Number(found[2]) + 1, size) : size;
    return { from, to, isPossible: from < to };
  }

  globalThis.assembly = { LASTING, readRecipe, layOut, bytesOf, blobOf, packsIn, rangeOf };
})();
