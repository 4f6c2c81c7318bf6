/**
 * Discrete Fourier transforms: what `fft` holds, as torch.fft does. There are no complex tensors: complex numbers are pairs in a last dimension of 2,
 * as torch.view_as_real has them. Everything has a gradient; the sums are done in double precision on the CPU, whichever backend is in use.
 */
export { complex, conj, type FftOptions, type Norm } from "./complex.ts";
export { type FrequencyOptions, fftfreq, fftshift, ifftshift, rfftfreq } from "./frequencies.ts";
export { type FftGridOptions, fft2, fftn, ifft2, ifftn, irfft2, irfftn, rfft2, rfftn } from "./grids.ts";
export { fft, ifft, irfft, rfft } from "./lines.ts";
