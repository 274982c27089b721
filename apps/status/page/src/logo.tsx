export const Logo = () => (
  <svg class="logo" viewBox="0 0 28 28" width="28" height="28" aria-hidden="true">
    <rect class="logo-a" x="2" y="2" width="11" height="11" rx="3" />
    <rect class="logo-a" x="15" y="2" width="11" height="11" rx="3" />
    <rect class="logo-b" x="2" y="15" width="11" height="11" rx="3" />
    <rect class="logo-a" x="15" y="15" width="11" height="11" rx="3" />
  </svg>
)
