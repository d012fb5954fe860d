import { createTheme, type MantineColorsTuple } from "@mantine/core";

const iris: MantineColorsTuple = [
  "#f2f1fe",
  "#e2e0fc",
  "#c5c1f9",
  "#a49ef5",
  "#877ff1",
  "#6c63ea",
  "#5850dd",
  "#4a42c2",
  "#3d379f",
  "#302b7e",
];

const red: MantineColorsTuple = [
  "#fdeef0",
  "#fad7db",
  "#f3aeb5",
  "#eb828d",
  "#e35c69",
  "#d9414f",
  "#c9303f",
  "#b02735",
  "#8f202c",
  "#6f1922",
];

const dark: MantineColorsTuple = [
  "#e8e9ef",
  "#bfc3cf",
  "#a0a5b6",
  "#828798",
  "#363b49",
  "#2a2e3a",
  "#1c1f28",
  "#15171e",
  "#0f1116",
  "#0c0e12",
];

// Fonts that systems have, the narrow ones first where several are likely.
const sans =
  '"Segoe UI Variable Text", "Segoe UI", -apple-system, BlinkMacSystemFont, Inter, Roboto, "Noto Sans", Cantarell, ' +
  'Ubuntu, "Liberation Sans", "DejaVu Sans Condensed", system-ui, sans-serif';

/** The component library's theme; colours that depend on light and dark are in tokens.css. */
export const theme = createTheme({
  primaryColor: "iris",
  primaryShade: { light: 6, dark: 6 },
  colors: { iris, red, dark },
  fontFamily: sans,
  fontSizes: { xs: "11.5px", sm: "13px", md: "13.5px", lg: "15px", xl: "18px" },
  fontWeights: { medium: "500" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.4" },
  radius: { xs: "3px", sm: "5px", md: "6px", lg: "10px", xl: "14px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "sm" } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: "lg",
        padding: 20,
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { duration: 120, transition: "pop" },
      },
    },
    Tooltip: { defaultProps: { openDelay: 450, transitionProps: { duration: 80 }, withArrow: false } },
    Menu: { defaultProps: { shadow: "md", transitionProps: { duration: 80 } } },
  },
});
