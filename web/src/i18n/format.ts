import i18next from "i18next";
import { locale } from "./index";

const units = ["B", "KB", "MB", "GB", "TB", "PB"] as const;

/** A whole number with the language's separators. */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** A number of bytes in powers of 1,024, as systems show it: "15.5 GB". */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = Math.max(0, bytes);
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}

/** A percentage between 0 and 100. */
export function formatPercent(value: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 0 }).format(value / 100);
}

/** A length of time by its two largest units: "3 d 4 h", "12 min", "45 s". */
export function formatDuration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const [d, h, m] = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  if (d > 0) return h > 0 ? `${d} d ${h} h` : `${d} d`;
  if (h > 0) return m > 0 ? `${h} h ${m} min` : `${h} h`;
  if (m > 0) return `${m} min`;
  return `${s} s`;
}

/** A running clock: "4:05", "1:02:03". */
export function formatClock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const h = Math.floor(s / 3600);
  return h > 0 ? `${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** How long ago, in words, for the last week; the date for what is older. */
export function formatAgo(time: string, now = Date.now()): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (Number.isNaN(seconds)) return "";
  if (seconds < 45) return i18next.t("time.now");
  if (seconds > 7 * 86400) return formatDate(time);
  for (const [unit, length] of steps) {
    if (seconds >= length || unit === "minute") {
      const count = Math.max(1, Math.round(seconds / length));
      return new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: "short" }).format(-count, unit);
    }
  }
  return "";
}

/** A date of this computer's time zone, without the time. */
export function formatDay(time: string): string {
  return dated(time, { dateStyle: "medium" });
}

/** Date and time of this computer's time zone. */
export function formatDate(time: string): string {
  return dated(time, { dateStyle: "medium", timeStyle: "short" });
}

function dated(time: string, options: Intl.DateTimeFormatOptions): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? "" : new Intl.DateTimeFormat(locale(), options).format(at);
}
