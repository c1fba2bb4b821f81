import type { Benchmark } from './benchmark.ts';
export const measureMemory: Benchmark = async () => [];
