/* Whether somebody is on now, from opening hours as people type them: "Mon-Fri 08:00-20:00, Sat 9-14". */

/** The names of the days in a language, Sunday first. */
cuebook.dayNames = language => {
  function names(style) {
    var day = new Intl.DateTimeFormat(language, { weekday: style, timeZone: "UTC" });
    return [0, 1, 2, 3, 4, 5, 6].map(n => day.format(Date.UTC(2023, 0, 1 + n)).toLowerCase());
  }
  try { return names("long"); } catch (unknownLanguage) { return []; }
};

/** Whether `now` lies in `hours`. Null if not all of them is understood: then it is better to say nothing. */
cuebook.isOn = (hours, now, language) => {
  var every = [0, 1, 2, 3, 4, 5, 6], tongues = [language, "en", "de"].map(cuebook.dayNames);
  var sets = { daily: every, always: every, "24/7": every, weekdays: [1, 2, 3, 4, 5], weekends: [0, 6] };
  var text = " " + hours.toLowerCase().replace(/[–—‐‑−]/g, "-").replace(/&| and | und /g, ",").replace(/ (to|till|until|through|bis) /g, "-").replace(/every ?day/g, "daily").replace(/\s*-\s*/g, "-") + " ";

  /** A day's number by a beginning of its name that no other day has. */
  function dayOf(word) {
    for (var names of tongues) {
      var found = every.filter(n => names[n] && (names[n].startsWith(word) || names[n] + "s" === word));
      if (word.length > 1 && found.length === 1) return found[0];
    }
    return -1;
  }
  function daysOf(word) {
    if (Object.hasOwn(sets, word)) return sets[word];
    var [from, to] = word.split("-").map(part => dayOf(part.replace(/[.:]$/, "")));
    if (from < 0 || to < 0) return null;
    return to === undefined ? [from] : every.slice(0, (to - from + 7) % 7 + 1).map(n => (from + n) % 7);
  }
  /** Minutes since midnight. */
  function timeOf(word) {
    var found = /^(\d{1,2})(?:[:.h]?(\d{2}))?h?(am|pm)?$/.exec(word), end = found && found[3];
    if (word === "noon") return 720;
    if (word === "midnight") return 1440;
    if (!found || found[1] > 24 || found[2] > 59) return NaN;
    return (found[1] % (end ? 12 : 25) + (end === "pm" ? 12 : 0)) * 60 + Number(found[2] || 0);
  }
  function timesOf(word) {
    var parts = word.split("-");
    if (parts.length !== 2) return null;
    var from = timeOf(parts[0]), to = timeOf(parts[1]);
    return isNaN(from + to) ? null : [from, to];
  }

  var minute = now.getHours() * 60 + now.getMinutes(), today = now.getDay(), on = false, understood = false;
  var days = null, fresh = true;
  for (var part of text.split(/[,;|\n]/)) {
    for (var word of part.split(/\s+/).filter(Boolean)) {
      var more = daysOf(word), times = more ? null : timesOf(word);
      if (more) {
        days = fresh && days ? [...days, ...more] : more;
        fresh = true;
        if (word === "24/7" || word === "always") return true;
      } else if (times) {
        var [from, to] = times, of = days || every;
        on = on || (from < to ? of.includes(today) && minute >= from && minute < to
          : of.includes(today) && minute >= from || of.includes((today + 6) % 7) && minute < to);
        fresh = false;
        understood = true;
      } else if (!/^(uhr|h|hours|open|from)$/.test(word)) return null;
    }
  }
  return understood ? on : null;
};
