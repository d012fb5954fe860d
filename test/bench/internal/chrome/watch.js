// Looks at the canvas whenever the browser shows a picture: at the mark's colour,
// and whether a column of the scene is another one than before.
function watch([x, y]) {
  const from = document.querySelector('canvas')
  const to = new OffscreenCanvas(1, 512).getContext('2d', { willReadFrequently: true })
  const seen = { white: undefined, at: 0, pictures: 0, changes: 0, column: undefined }
  window.seen = seen
  const look = () => {
    const at = performance.timeOrigin + performance.now()
    to.drawImage(from, x, y, 1, 1, 0, 0, 1, 1)
    const white = to.getImageData(0, 0, 1, 1).data[0] > 128
    if (white !== seen.white) Object.assign(seen, { white, at })
    to.drawImage(from, from.width / 2, 200, 1, 512, 0, 0, 1, 512)
    const column = new Uint32Array(to.getImageData(0, 0, 1, 512).data.buffer)
    seen.pictures++
    if (seen.column && column.some((v, i) => v !== seen.column[i])) seen.changes++
    seen.column = column
    requestAnimationFrame(look)
  }
  look()
}
