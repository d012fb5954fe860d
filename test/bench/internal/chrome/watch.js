// Counts the pictures that the browser makes of the page, and returns where its
// canvas is: the left and upper edge, and the size of a pixel of it.
function watch() {
  const canvas = document.querySelector('canvas')
  window.pictures = 0
  const count = () => {
    window.pictures++
    requestAnimationFrame(count)
  }
  count()
  const at = canvas.getBoundingClientRect()
  return { x: at.left, y: at.top, scale: at.width / canvas.width, width: canvas.width }
}
