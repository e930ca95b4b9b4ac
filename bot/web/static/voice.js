// A few spoken words, for whoever does not like to type: recorded here and sent as a plain WAV.
// Offered only where the browser can record.

const RATE = 16000;
const SECONDS = 60;

export function prepare(box) {
  const record = box.querySelector("button");
  const words = record.querySelector("span");
  const sound = box.querySelector("audio");
  const note = box.querySelector("small");
  let recorder = null;
  let voice = null;

  if (!navigator.mediaDevices || !window.MediaRecorder || !window.OfflineAudioContext) return { entries: () => [] };
  box.hidden = false;

  record.addEventListener("click", () => (recorder ? recorder.stop() : begin()));

  async function begin() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      note.textContent = "没有话筒权限，请直接写字";
      return;
    }
    const pieces = [];
    recorder = new MediaRecorder(stream);
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", async () => {
      clearTimeout(limit);
      stream.getTracks().forEach((track) => track.stop());
      recorder = null;
      busy(false);
      await finish(new Blob(pieces));
    });
    recorder.start();
    const limit = setTimeout(() => recorder?.stop(), SECONDS * 1000);
    busy(true);
  }

  async function finish(recorded) {
    try {
      voice = new File([wav(await samples(recorded))], "voice.wav", { type: "audio/wav" });
    } catch {
      note.textContent = "没有录上，请再试一次，或者直接写字";
      return;
    }
    sound.src = URL.createObjectURL(voice);
    sound.hidden = false;
    note.textContent = "";
    words.textContent = "重新说一段";
  }

  function busy(recording) {
    record.setAttribute("aria-busy", String(recording));
    if (recording) words.textContent = "正在录，点一下结束";
  }

  return { entries: () => (voice ? [["voice", voice]] : []) };
}

async function samples(recorded) {
  const decoder = new OfflineAudioContext(1, 1, RATE);
  const heard = await decoder.decodeAudioData(await recorded.arrayBuffer());
  const length = Math.min(Math.ceil(heard.duration * RATE), SECONDS * RATE);
  const context = new OfflineAudioContext(1, length, RATE);
  const source = context.createBufferSource();
  source.buffer = heard;
  source.connect(context.destination);
  source.start();
  return (await context.startRendering()).getChannelData(0);
}

function wav(levels) {
  const view = new DataView(new ArrayBuffer(44 + levels.length * 2));
  const text = (at, letters) => [...letters].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + levels.length * 2, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // plain PCM
  view.setUint16(22, 1, true); // mono
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, levels.length * 2, true);
  levels.forEach((level, index) => view.setInt16(44 + index * 2, Math.max(-1, Math.min(1, level)) * 32767, true));
  return view.buffer;
}
