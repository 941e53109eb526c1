// Loaded before a program of ours: its clocks go as the machine's, and are put ahead by as many seconds as they are told.
let ahead = 0;
const MachineDate = Date;
const uptime = performance.now.bind(performance);

globalThis.Date = class extends MachineDate {
  constructor(...instant) {
    if (instant.length === 0) super(MachineDate.now() + ahead);
    else super(...instant);
  }

  static now() {
    return MachineDate.now() + ahead;
  }
};
performance.now = () => uptime() + ahead;

process.on('message', (seconds) => {
  ahead = seconds * 1000;
  process.send(seconds);
});
process.channel?.unref();
