/** Which of PyPI's packages holds one of NVIDIA's libraries. */

/** By the beginning of a library's name; from CUDA 13 on most have no suffix. */
const PACKAGES: readonly (readonly [library: string, project: string])[] = [
  ["libcudart.so", "nvidia-cuda-runtime"],
  ["libcublas", "nvidia-cublas"],
  ["libcudnn", "nvidia-cudnn"],
  ["libcufft.so", "nvidia-cufft"],
  ["libcurand.so", "nvidia-curand"],
  ["libnvrtc.so", "nvidia-cuda-nvrtc"],
  ["libnvJitLink.so", "nvidia-nvjitlink"],
  ["libnccl.so", "nvidia-nccl"],
];

/** Those whose names end in CUDA's generation to this day. */
const SUFFIXED = ["nvidia-cudnn", "nvidia-nccl"];

/**
 * The package of a library, or undefined where it is none of NVIDIA's.
 *
 * @param needed all that is needed: the version of CUDA's runtime among it decides the generation
 */
export function packageOf(
  library: string,
  needed: { found: ReadonlyMap<string, string>; missing: readonly string[] },
): string | undefined {
  const project = PACKAGES.find(([name]) => library.startsWith(name))?.[1];
  if (!project) return undefined;
  const runtime = [...needed.found.keys(), ...needed.missing]
    .find((name) => name.startsWith("libcudart.so."));
  const cuda = runtime?.split(".")[2] ?? "12";
  return cuda === "12" || SUFFIXED.includes(project) ? `${project}-cu${cuda}` : project;
}
