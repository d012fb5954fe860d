/** The product's mark: a leap from one place to another. Decorative, so it has no name of its own. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--j-mark)" />
      <g fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round">
        <path d="M8 21.5C9.6 12.4 17.4 8.4 23 14.6" />
        <path d="M24.4 8.8v7.4H17" />
      </g>
      <circle cx="8.2" cy="22.6" r="2.7" fill="#fff" />
    </svg>
  );
}
