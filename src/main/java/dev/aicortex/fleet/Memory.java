package dev.aicortex.fleet;

import dev.aicortex.ollama.RunningModel;

/**
 * Where a model's weights are on one server.
 *
 * @param resident whether they are in memory
 * @param onCpu the share of them that the GPUs have no room for, 0 to 1
 */
record Memory(boolean resident, double onCpu) {
    static final Memory ABSENT = new Memory(false, 0);
    static final Memory LOADED = new Memory(true, 0);

    static Memory of(RunningModel running) {
        double share = running.size() <= 0 ? 0 : 1 - (double) running.sizeVram() / running.size();
        return new Memory(true, Math.clamp(share, 0, 1));
    }
}
