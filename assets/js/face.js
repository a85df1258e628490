// Is there a face in the picture? Nothing leaves the device: the browser's own FaceDetector where there is one, else the cascade of
// Viola and Jones (2001) for frontal faces, by jsfeat. It finds faces that look towards the camera and are lit from no extreme side; it
// cannot tell a person from a photograph of one, nor who it is. Profiles, masks and very dark pictures are missed.
import './jsfeat-global.js';
import jsfeat from 'jsfeat';
import 'jsfeat/cascades/frontalface.js';

export const WIDTH = 160, HEIGHT = 120;
const SMALLEST = 1.5; // times the cascade's 20 pixels: a fifth of the picture's width
const NEIGHBOURS = 1;

const size = (WIDTH + 1) * (HEIGHT + 1);
const sum = new Int32Array(size), squares = new Int32Array(size), tilted = new Int32Array(size);
const grey = new jsfeat.matrix_t(WIDTH, HEIGHT, jsfeat.U8_t | jsfeat.C1_t);

function byCascade(pixels) {
  jsfeat.imgproc.grayscale(pixels, WIDTH, HEIGHT, grey);
  jsfeat.imgproc.equalize_histogram(grey, grey);
  jsfeat.imgproc.compute_integral_image(grey, sum, squares, tilted);
  const cascade = jsfeat.haar.frontalface;
  const found = jsfeat.haar.detect_multi_scale(sum, squares, tilted, null, WIDTH, HEIGHT, cascade, 1.1, SMALLEST);
  return jsfeat.haar.group_rectangles(found, NEIGHBOURS).some((r) => r.neighbors >= NEIGHBOURS);
}

// → (canvas of WIDTH × HEIGHT, its pixels) => Promise<boolean>
export function faceFinder() {
  let own = 'FaceDetector' in globalThis ? new globalThis.FaceDetector({ fastMode: true, maxDetectedFaces: 1 }) : null;
  return async (canvas, pixels) => {
    if (own) {
      try {
        return (await own.detect(canvas)).length > 0;
      } catch {
        own = null; // there by name only
      }
    }
    return byCascade(pixels);
  };
}
