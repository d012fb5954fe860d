import { useTranslation } from "react-i18next";
import type { Figures as Values } from "../worker/protocol";
import classes from "./Figures.module.css";

/** The line of statistics: what the connection does right now. */
export function Figures({ values }: { values: Values | undefined }) {
  const { t, i18n } = useTranslation("viewer");
  if (!values) return null;
  const number = (v: number, digits = 0) =>
    v.toLocaleString(i18n.language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const known = (v: number | undefined, digits: number) => (v === undefined ? "–" : number(v, digits));
  const bytes = (v: number) => amount(v, number);
  const items: [label: string, value: string][] = [
    [t("roundTripLabel"), t("millis", { millis: known(values.roundTrip, (values.roundTrip ?? 0) < 10 ? 1 : 0) })],
    [t("framesLabel"), t("frames", { count: Math.round(values.frames) })],
    [t("rateLabel"), t("rate", { amount: bytes(values.bytes) })],
    [t("totalLabel"), bytes(values.total)],
    [t("decodeLabel"), t("millis", { millis: known(values.decode, 1) })],
    [t("drawLabel"), t("millis", { millis: known(values.draw, 1) })],
  ];
  if (values.way) items.push([t("wayLabel"), values.way]);
  if (values.film) items.push([t("filmLabel"), values.film]);
  return (
    <div className={classes.line}>
      {items.map(([label, value]) => (
        <span key={label} className={classes.item}>
          <span className={classes.label}>{label}</span> {value}
        </span>
      ))}
      <span title={t("exactLabel")} className={classes.exact} data-exact={values.exact || undefined}>
        {t(values.exact ? "pixelExact" : "approximate")}
      </span>
    </div>
  );
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Returns a number of bytes as people read it, in thousands. */
export function amount(bytes: number, number: (v: number, digits?: number) => string): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  return `${number(value, step > 0 && value < 100 ? 1 : 0)} ${UNITS[step]}`;
}
