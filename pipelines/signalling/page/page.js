// The page of a call: camera, peer connection, divider, switches and figures.

const at = (id) => document.getElementById(id);
const switches = at("switches");
const texts = {
  NotAllowedError: "The camera was refused. Allow it for this page in the browser's address bar, then start again.",
  NotFoundError: "There is no camera. Connect one, then start again.",
  NotReadableError: "The camera does not answer. Another program may be using it; close that, then start again.",
  OverconstrainedError: "The camera has no such size.",
};

let call = null; // {socket, peer, stream, timer, counted}

function say(text, kind = "plain") {
  const status = at("status");
  status.textContent = text;
  status.dataset.kind = kind;
}

function chosen(name) {
  return switches.elements[name].value;
}

function sizeConstraints() {
  const [width, height] = chosen("size").split("x").map(Number);
  return { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30, max: 30 } };
}

// Before and in a call, the controls say what can be done.
function showState(going) {
  at("start").disabled = going;
  at("stop").disabled = !going;
  at("codecs").disabled = going;
  at("divider").disabled = !going;
  at("stage").dataset.state = going ? "call" : "idle";
}

async function start() {
  showState(true);
  say("Asking for the camera …");
  let stream;
  try {
    if (!navigator.mediaDevices) {
      throw new Error("A browser gives the camera to pages of this machine (localhost) or over HTTPS only.");
    }
    stream = await navigator.mediaDevices.getUserMedia({ video: sizeConstraints(), audio: false });
  } catch (error) {
    showState(false);
    say(texts[error.name] ?? error.message, "error");
    return;
  }
  const socket = new WebSocket(new URL("call", location.href.replace(/^http/, "ws")));
  const mine = (call = { socket, stream, peer: new RTCPeerConnection(), work: Promise.resolve(), told: false });
  say("Calling …");
  at("sent").srcObject = stream;
  at("sent").play().catch(() => {});
  stream.getVideoTracks()[0].addEventListener("ended", () => call === mine && stop("The camera has gone.", "error"));

  socket.addEventListener("open", () => offer(mine).catch((error) => stop(error.message, "error")));
  // One message after the other: a candidate may come while the answer is being taken.
  socket.addEventListener("message", (event) => {
    mine.work = mine.work.then(() => call === mine && take(mine, JSON.parse(event.data))).catch((error) => stop(error.message, "error"));
  });
  socket.addEventListener("close", () => {
    mine.work.then(() => call === mine && stop("The server is gone. Start it again with pipelines/webrtc, then start the call again.", "error"));
  });
}

async function offer(mine) {
  const { peer, stream, socket } = mine;
  const codec = chosen("codec");
  const transceiver = peer.addTransceiver(stream.getVideoTracks()[0], { direction: "sendrecv", streams: [stream] });
  const known = RTCRtpReceiver.getCapabilities("video").codecs;
  const wanted = known.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`);
  if (wanted.length === 0) {
    throw new Error(`This browser has no ${codec === "vp8" ? "VP8" : "H.264"}. Choose the other codec, then start again.`);
  }
  transceiver.setCodecPreferences([...wanted, ...known.filter(({ mimeType }) => mimeType === "video/rtx")]);

  peer.addEventListener("track", ({ track }) => {
    at("received").srcObject = new MediaStream([track]);
    at("received").play().catch(() => {});
  });
  peer.addEventListener("icecandidate", ({ candidate }) => {
    if (candidate) {
      tell({ type: "candidate", line: candidate.sdpMLineIndex ?? 0, candidate: candidate.candidate });
    }
  });
  peer.addEventListener("connectionstatechange", () => {
    if (call !== mine) return;
    if (peer.connectionState === "connected") say("In a call.");
    if (peer.connectionState === "disconnected") say("The connection is interrupted …", "warning");
    if (peer.connectionState === "failed") stop("The connection is lost. Start the call again.", "error");
  });
  const description = await peer.createOffer();
  await peer.setLocalDescription(description);
  const set = { tier: chosen("tier"), look: chosen("look"), strength: Number(switches.elements.strength.value) };
  if (socket.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify({ type: "offer", sdp: description.sdp, codec, set }));
  }
  mine.offered = true;
  mine.timer = setInterval(() => count(mine), 1000);
  for (const message of mine.later ?? []) tell(message);
}

// Candidates can be found before the offer has been sent; they follow it.
function tell(message) {
  if (!call) return;
  if (!call.offered) {
    (call.later ??= []).push(message);
  } else if (call.socket.readyState === WebSocket.OPEN) {
    call.socket.send(JSON.stringify(message));
  }
}

async function take(mine, message) {
  switch (message.type) {
    case "answer":
      await mine.peer.setRemoteDescription({ type: "answer", sdp: message.sdp });
      await keepSize(mine.peer.getSenders()[0]);
      break;
    case "candidate":
      await mine.peer.addIceCandidate({ candidate: message.candidate, sdpMLineIndex: message.line });
      break;
    case "stats":
      showStats(message);
      break;
    case "warning":
      say(message.text, "warning");
      break;
    case "error":
      stop(`The call has ended: ${message.text}.`, "error");
  }
}

// On a slow machine, send fewer pictures rather than smaller ones, where the browser can be told.
async function keepSize(sender) {
  const parameters = sender.getParameters();
  parameters.degradationPreference = "maintain-resolution";
  for (const encoding of parameters.encodings) encoding.maxBitrate = 1_500_000;
  await sender.setParameters(parameters).catch(() => {});
}

function stop(text = "The call has ended.", kind = "plain") {
  const mine = call;
  call = null;
  if (mine) {
    clearInterval(mine.timer);
    mine.socket.close();
    mine.peer.close();
    for (const track of mine.stream.getTracks()) track.stop();
  }
  for (const id of ["sent", "received"]) at(id).srcObject = null;
  showState(false);
  say(text, kind);
}

function show(id, text) {
  at(id).textContent = text;
}

const sizeText = ({ width, height }) => (width ? `${width}×${height}` : "–");

function showStats(stats) {
  const { element } = stats;
  show("figure-in", sizeText(stats.in));
  show("figure-out", sizeText(stats.out));
  show("figure-rate-in", `${stats.in.rate.toFixed(1)} /s`);
  show("figure-tier", [element.tier, element.look].filter(Boolean).join(", "));
  show("figure-ms", element["mean-ms"] ? `${element["mean-ms"].toFixed(1)} ms` : "–");
  show("figure-dropped", String(stats.dropped));
  at("row-reused").hidden = element.reused === undefined;
  if (element.reused !== undefined) show("figure-reused", `${(100 * element.reused).toFixed(0)} %`);
}

// What the browser itself can tell: the frames that it shows, and the sizes of both pictures.
async function count(mine) {
  const quality = at("received").getVideoPlaybackQuality();
  const now = performance.now();
  const frames = quality.totalVideoFrames - quality.droppedVideoFrames;
  if (mine.counted) {
    show("figure-rate-out", `${((1000 * (frames - mine.counted.frames)) / (now - mine.counted.now)).toFixed(1)} /s`);
  }
  mine.counted = { frames, now };
}

for (const id of ["sent", "received"]) {
  at(id).addEventListener("resize", () => show(`chip-${id}`, sizeText({ width: at(id).videoWidth, height: at(id).videoHeight })));
}

function moveDivider() {
  const { value } = at("divider");
  at("stage").style.setProperty("--at", `${value}%`);
  at("divider").setAttribute("aria-valuetext", `${value} % sent, ${100 - value} % received`);
}
at("divider").addEventListener("input", moveDivider);

switches.addEventListener("input", ({ target }) => {
  const { name, value } = target;
  if (name === "strength") {
    show("strength-value", Number(value).toFixed(2));
    tell({ type: "set", property: name, value: Number(value) });
  } else if (name === "tier" || name === "look") {
    tell({ type: "set", property: name, value });
  } else if (name === "size" && call) {
    call.stream.getVideoTracks()[0].applyConstraints(sizeConstraints()).catch((error) => say(texts[error.name] ?? error.message, "warning"));
  }
});
switches.addEventListener("submit", (event) => event.preventDefault());
at("start").addEventListener("click", start);
at("stop").addEventListener("click", () => stop());

moveDivider();
showState(false);
say("Press Start, and allow the camera.");
fetch("state")
  .then((answer) => answer.json())
  .then(({ codec }) => { switches.elements.codec.value = codec; })
  .catch(() => say("The server is gone. Start it again with pipelines/webrtc, then load this page again.", "error"));
