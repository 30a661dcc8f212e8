// Sentences that scripts speak, in the page's language.

const words = {
  de: {
    'upload.drop': 'Dateien auswählen oder hierher ziehen',
    'upload.running': '{name} wird hochgeladen: {percent} Prozent',
    'upload.checking': '{name} wird geprüft',
    'upload.done': '{name} ist hochgeladen.',
    'upload.removed': '{name} wurde entfernt.',
    'upload.cancelled': '{name}: Hochladen abgebrochen.',
    'upload.cancel': 'Abbrechen',
    'upload.remove': 'Entfernen',
    'upload.retry': 'Noch einmal versuchen',
    'upload.dismiss': 'Meldung schließen',
    'upload.too_large': '{name} ist zu groß ({size}). Erlaubt sind {max}.',
    'upload.too_many': '{name} passt nicht mehr dazu: Hier sind höchstens {max} Dateien möglich. Bitte entfernen Sie zuerst eine andere.',
    'upload.empty': '{name} ist leer. Bitte wählen Sie eine andere Datei.',
    'upload.type': '{name} hat ein Format, das wir nicht annehmen können.',
    'upload.failed': '{name} konnte nicht hochgeladen werden. Bitte versuchen Sie es noch einmal.',
    'upload.offline': '{name} konnte nicht hochgeladen werden: keine Verbindung. Bitte versuchen Sie es noch einmal.',
    'upload.wait': 'Bitte warten Sie, bis alle Dateien hochgeladen sind.',
    'upload.remove_failed': '{name} konnte nicht entfernt werden. Bitte versuchen Sie es noch einmal.',
    'form.sending': 'Wird gesendet …',
    'form.count': 'Noch {n} Zeichen',
    'form.over': '{n} Zeichen zu viel',
    'position.use': 'Meinen Standort verwenden',
    'position.running': 'Ihr Standort wird bestimmt …',
    'position.done': 'Standort übernommen, auf etwa {m} Meter genau.',
    'position.denied': 'Ihr Gerät hat den Standort nicht freigegeben. Bitte beschreiben Sie den Ort stattdessen.',
    'position.failed': 'Ihr Standort ließ sich nicht bestimmen. Bitte beschreiben Sie den Ort stattdessen.',
  },
  en: {
    'upload.drop': 'Choose files or drop them here',
    'upload.running': '{name} is being uploaded: {percent} per cent',
    'upload.checking': '{name} is being checked',
    'upload.done': '{name} has been uploaded.',
    'upload.removed': '{name} has been removed.',
    'upload.cancelled': '{name}: upload cancelled.',
    'upload.cancel': 'Cancel',
    'upload.remove': 'Remove',
    'upload.retry': 'Try again',
    'upload.dismiss': 'Close message',
    'upload.too_large': '{name} is too large ({size}). The limit is {max}.',
    'upload.too_many': 'There is no room for {name}: the limit is {max} files. Please remove another one first.',
    'upload.empty': '{name} is empty. Please choose another file.',
    'upload.type': '{name} has a format that we cannot accept.',
    'upload.failed': '{name} could not be uploaded. Please try again.',
    'upload.offline': '{name} could not be uploaded: no connection. Please try again.',
    'upload.wait': 'Please wait until all files have been uploaded.',
    'upload.remove_failed': '{name} could not be removed. Please try again.',
    'form.sending': 'Sending …',
    'form.count': '{n} characters left',
    'form.over': '{n} characters too many',
    'position.use': 'Use my location',
    'position.running': 'Finding your location …',
    'position.done': 'Location taken over, accurate to about {m} metres.',
    'position.denied': 'Your device did not share the location. Please describe the place instead.',
    'position.failed': 'Your location could not be found. Please describe the place instead.',
  },
};

// Plain German (de-simple) has German words, all others English ones.
const lang = document.documentElement.lang.startsWith('de') ? 'de' : 'en';

export function say(key, values = {}) {
  return words[lang][key].replace(/\{(\w+)\}/g,
    (_, name) => String(values[name] ?? ''));
}

// Bytes as people read them; limits and sizes are rounded down.
export function bytes(n) {
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  if (n < 1024 * 1024)
    return number.format(Math.max(1, Math.floor(n / 1024))) + ' KB';
  return number.format(Math.floor(n / 104857.6) / 10) + ' MB';
}
