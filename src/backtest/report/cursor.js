// Shows date and equity below the pointer. The report is complete without it.

const svg = document.querySelector('[data-chart=equity]');
const readout = document.querySelector('.readout');
const data = JSON.parse(document.querySelector('#curve').textContent);
const cursor = svg.querySelector('.cursor');
const usual = readout.textContent;
const { left, right, width } = data.frame;
const first = data.days[0];
const span = data.days[data.days.length - 1] - first || 1;
const usd = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

svg.addEventListener('pointermove', (event) => {
  const box = svg.getBoundingClientRect();
  const at = ((event.clientX - box.left) / box.width) * width;
  const day = first + ((at - left) / (width - right - left)) * span;
  let index = data.days.findIndex((one) => one >= day);
  if (index < 0) index = data.days.length - 1;
  const x = left + ((data.days[index] - first) / span) * (width - right - left);
  cursor.setAttribute('x1', x);
  cursor.setAttribute('x2', x);
  cursor.classList.add('shown');
  const date = new Date(data.days[index] * 86_400_000).toISOString().slice(0, 10);
  readout.textContent = `${date}: strategy ${usd.format(data.strategy[index])} USD, buy and hold ${usd.format(data.held[index])} USD`;
});
svg.addEventListener('pointerleave', () => {
  readout.textContent = usual;
  cursor.classList.remove('shown');
});
