package dev.aicortex.testing;

import dev.aicortex.fleet.Candidates;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import java.util.List;
import java.util.stream.IntStream;

/** Candidates of which only facts are known, for tests of decisions. */
public final class FactsTable implements Candidates {
    private final List<Facts> facts;
    private final List<Server> servers;

    private FactsTable(List<Facts> facts) {
        this.facts = facts;
        this.servers = IntStream.range(0, facts.size()).mapToObj(FleetFixtures::server).toList();
    }

    public static FactsTable of(Facts... facts) {
        return new FactsTable(List.of(facts));
    }

    /** An idle server of one place with the model in memory, of which nothing is measured. */
    public static Facts idle(int position) {
        return new Facts(true, false, position, 0, 1, 0, false, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    public static Facts busy(int position, int inFlight) {
        return new Facts(true, false, position, inFlight, 1, 0, false, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    /** Times in milliseconds; {@code perKilobyte} of prompt. */
    public static Facts measured(
            int position,
            int inFlight,
            int parallel,
            double service,
            double load,
            double perKilobyte,
            long cached) {
        return new Facts(
                true,
                false,
                position,
                inFlight,
                parallel,
                0,
                false,
                service,
                load,
                perKilobyte,
                1,
                0,
                cached,
                0,
                0);
    }

    public static Facts doubtful(Facts of) {
        return with(of, of.open(), true);
    }

    public static Facts closed(Facts of) {
        return with(of, false, of.doubtful());
    }

    private static Facts with(Facts of, boolean open, boolean doubtful) {
        return new Facts(
                open,
                doubtful,
                of.position(),
                of.inFlight(),
                of.parallel(),
                of.recent(),
                of.room(),
                of.service(),
                of.load(),
                of.perKilobyte(),
                of.weight(),
                of.priority(),
                of.cachedBytes(),
                of.evaluating(),
                of.pushedOut());
    }

    /** Of two places, measured alike, with so many requests lately. */
    public static Facts lately(int position, double recent, boolean room, double load) {
        return new Facts(true, false, position, 0, 2, recent, room, 500, load, 80, 1, 0, 0, 0, 0);
    }

    /** Under the policies that read them. */
    public static Facts standing(int position, int inFlight, double weight, int priority) {
        return new Facts(
                true, false, position, inFlight, 2, 0, false, 0, 0, 0, weight, priority, 0, 0, 0);
    }

    @Override
    public int size() {
        return facts.size();
    }

    @Override
    public Server server(int index) {
        return servers.get(index);
    }

    @Override
    public int position(int index) {
        return facts.get(index).position();
    }

    @Override
    public boolean full(int index) {
        return server(index).full();
    }

    @Override
    public int[] warm() {
        return IntStream.range(0, size()).filter(i -> facts.get(i).resident()).toArray();
    }

    /** As one that was given the prompt remembers it. */
    @Override
    public int knowing(PromptBlocks prompt, int[] indices) {
        int[] all = IntStream.range(0, size()).filter(this::knows).limit(indices.length).toArray();
        System.arraycopy(all, 0, indices, 0, all.length);
        return all.length;
    }

    private boolean knows(int index) {
        return facts.get(index).cachedBytes() > 0;
    }

    @Override
    public Facts facts(int index, PromptBlocks prompt, long nowMillis) {
        return facts.get(index);
    }
}
