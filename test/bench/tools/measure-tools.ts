import type { Benchmark } from '../benchmark.ts';
export const measureTools: Benchmark = async () => [];
