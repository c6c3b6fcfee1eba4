// The service worker: it answers for the sound of a session, which lies nowhere as a file, and for what was seen before.
"use strict";
importScripts("assemble.js");

const { LASTING, readRecipe, layOut, bytesOf, blobOf, packsIn, rangeOf } = globalThis.assembly;
const root = new URL("./", location.href);
// What was seen last of all that may change.
const SEEN = "voiceguide seen 1";

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const inProgress = new Map();
// One request for each file, however many ask for it.
function lasting(name) {
  const url = new URL(name, root).href;
  if (!inProgress.has(url)) {
    inProgress.set(url, fetchLasting(url).finally(() => inProgress.delete(url)));
  }
  return inProgress.get(url);
}
async function fetchLasting(url) {
  const cache = await caches.open(LASTING);
  const kept = await cache.match(url);
  if (kept) return new Uint8Array(await kept.arrayBuffer());
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const bytes = await answer.arrayBuffer();
  // A store that is full only costs time.
  await cache.put(url, new Response(bytes.slice(0))).catch(() => {});
  return new Uint8Array(bytes);
}

const recipes = new Map();
async function recipeOf(name) {
  if (!recipes.has(name)) recipes.set(name, layOut(await readRecipe(await lasting(`choices/${name}.bin`)), { picture: false }));
  return recipes.get(name);
}

async function play(name, range) {
  const laidOut = await recipeOf(name);
  const { size } = laidOut;
  const headers = { "Content-Type": "audio/mpeg", "Accept-Ranges": "bytes" };
  const asked = rangeOf(range, size);
  if (asked && !asked.isPossible) {
    return new Response(null, { status: 416, headers: { ...headers, "Content-Range": `bytes */${size}` } });
  }
  const { from, to } = asked ?? { from: 0, to: size };
  headers["Content-Length"] = String(to - from);
  if (asked) headers["Content-Range"] = `bytes ${from}-${to - 1}/${size}`;
  const status = asked ? 206 : 200;
  const kept = await keptPacks(packsIn(laidOut, from, to));
  if (kept) return new Response(await blobOf(laidOut, (pack) => kept.get(pack), from, to), { status, headers });
  const packs = new Map();
  const packOf = async (pack) => {
    if (!packs.has(pack)) packs.set(pack, await lasting(`packs/${pack}.bin`));
    return packs.get(pack);
  };
  const pieces = bytesOf(laidOut, from, to, packOf);
  const body = new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => pieces.return(),
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { status, headers });
}

// The packs, if all are there: then the answer is whole at once, since a browser may end a worker with a stream open.
async function keptPacks(names) {
  const cache = await caches.open(LASTING);
  const found = await Promise.all(names.map((pack) => cache.match(new URL(`packs/${pack}.bin`, root).href)));
  if (!found.every(Boolean)) return null;
  const contents = await Promise.all(found.map((answer) => answer.arrayBuffer()));
  return new Map(contents.map((content, number) => [names[number], new Uint8Array(content)]));
}

// The newest from the network; without one, what was seen last.
async function seen(request) {
  const cache = await caches.open(SEEN);
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.status === 200) await cache.put(request, answer.clone()).catch(() => {});
    return answer;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(root.href)) return;
  const path = new URL(request.url).pathname.slice(root.pathname.length);
  const [, folder, name] = /^(play|choices|packs)\/(\w+)\.\w+$/.exec(path) ?? [];
  if (folder === "play") {
    event.respondWith(play(name, request.headers.get("Range")).catch(() => Response.error()));
  } else if (folder) {
    event.respondWith(lasting(path).then((bytes) => new Response(bytes), () => Response.error()));
  } else if (!request.headers.has("Range") && !path.endsWith(".mp3")) {
    event.respondWith(seen(request));
  }
});
