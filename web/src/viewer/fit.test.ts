import { describe, expect, it } from "vitest";
import { layout, limited, settled, step } from "./fit";

const screen = { width: 1920, height: 1080 };

describe("layout", () => {
  it("makes a large picture smaller, whole and centred", () => {
    const l = layout({ width: 1000, height: 800 }, screen, 1, "fit");
    expect(l).toMatchObject({ left: 0, crisp: false });
    expect(l.width).toBeCloseTo(1000);
    expect(l.height).toBeCloseTo(562.5);
    expect(l.top).toBeCloseTo(119);
  });
  it("leaves a picture as it is rather than enlarge it by a fraction", () => {
    expect(layout({ width: 2500, height: 1500 }, screen, 1, "fit")).toMatchObject({ width: 1920, crisp: true });
    expect(layout({ width: 1800, height: 1100 }, { width: 1600, height: 900 }, 1.25, "fit").width).toBe(1280);
  });
  it("enlarges by whole numbers", () => {
    expect(layout({ width: 2500, height: 1500 }, { width: 640, height: 480 }, 1, "fit")).toMatchObject({
      width: 1920,
      height: 1440,
      crisp: true,
    });
  });
  it("uses the room of a very fine screen", () => {
    expect(layout({ width: 1440, height: 900 }, screen, 2, "fit").width).toBe(1440);
    expect(layout({ width: 2000, height: 1200 }, screen, 2, "fit")).toMatchObject({ width: 1920, crisp: true });
  });
  it("shows pixel for pixel, from the upper left when there is no room", () => {
    expect(layout({ width: 500, height: 500 }, screen, 2, 1)).toEqual({
      left: 0,
      top: 0,
      width: 960,
      height: 540,
      crisp: true,
    });
  });
  it("puts the picture on whole pixels of the screen", () => {
    const { left, top } = layout({ width: 1001, height: 701 }, { width: 800, height: 600 }, 1.5, "fit");
    expect((left * 1.5) % 1).toBeCloseTo(0);
    expect((top * 1.5) % 1).toBeCloseTo(0);
  });
  it("is crisp at whole scales of the screen's own pixels only", () => {
    const at = (zoom: number) => layout({ width: 900, height: 900 }, screen, 1.5, zoom);
    expect([1, 2, 1.5, 0.5].map((z) => at(z).crisp)).toEqual([true, true, false, false]);
    expect(at(3).width).toBe(3840);
  });
});

describe("zooming", () => {
  it("goes through steps and back to what fits", () => {
    expect(step(0.52, 0.52, 1)).toBe(0.67);
    expect(step(1, 0.52, 1)).toBe(1.25);
    expect(step(1, 0.52, -1)).toBe(0.75);
    expect(step(0.67, 0.52, -1)).toBe("fit");
    expect(step(6, 0.52, 1)).toBe(6);
  });
  it("shows a small picture no smaller than it is", () => {
    expect(step(3, 3, -1)).toBe(2);
    expect(step(1.25, 3, -1)).toBe(1);
    expect(step(1, 3, -1)).toBe(1);
  });
  it("follows a gesture within its limits, and settles on whole numbers that are near", () => {
    expect(limited(0.4, 0.5)).toBe("fit");
    expect(limited(1.37, 0.5)).toBe(1.37);
    expect(limited(99, 0.5)).toBe(6);
    expect([0.98, 1.02, 1.1, 2.05, "fit" as const].map(settled)).toEqual([1, 1, 1.1, 2, "fit"]);
  });
});
