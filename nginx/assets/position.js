// "Use my location": writes the device's position into a field, when asked,
// and takes nothing else.

import { say } from './words.js';

export function enhance(field) {
  const input = field.querySelector('input:not([type="hidden"])');
  if (!input || !('geolocation' in navigator) || !window.isSecureContext)
    return;

  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'kern-btn kern-btn--secondary';
  const label = document.createElement('span');
  label.className = 'kern-label';
  label.textContent = say('position.use');
  button.append(label);

  const status = document.createElement('p');
  status.className = 'th-count';
  status.setAttribute('role', 'status');
  input.after(button, status);

  button.addEventListener('click', () => {
    status.textContent = say('position.running');
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      // Five decimals are about a metre.
      input.value =
        `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      status.textContent =
        say('position.done', { m: Math.ceil(coords.accuracy) });
    }, (error) => {
      status.textContent = say(error.code === error.PERMISSION_DENIED
        ? 'position.denied' : 'position.failed');
    }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
  });
}
