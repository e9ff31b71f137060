package dev.aicortex.simulation;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.Candidates;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Job;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.fleet.Typical;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Ranking;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** One run: users, the gateway's choice, servers. Deterministic by its seed. */
final class Simulation {
    private static final double PROBE_MILLIS = 60_000;
    private static final double DECODE_MILLIS = 1_000.0 / 60;
    private static final long SIZE = 5_000_000_000L;

    private final Events events = new Events();
    private final Random random;
    private final Mix mix;
    private final Rule rule;
    private final List<Machine> machines = new ArrayList<>();
    private final List<Server> servers = new ArrayList<>();
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private final Tally tally = new Tally();
    private int turn;
    private long blocks = 1_000;

    /**
     * How servers are chosen.
     *
     * @param oracle whether the true contents of the caches are known
     */
    record Rule(String name, Policy policy, boolean oracle) {
        static Rule of(Policy policy) {
            return new Rule(
                    policy.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                    policy,
                    false);
        }

        static final Rule ORACLE = new Rule("oracle", Policy.EXPECTED_FIRST_TOKEN, true);
    }

    Simulation(Mix mix, List<Hardware> fleet, Rule rule, long seed) {
        this.mix = mix;
        this.rule = rule;
        this.random = new Random(seed);
        build(fleet);
    }

    private void build(List<Hardware> fleet) {
        Typical typical = new Typical();
        Map<ModelName, TagList.Tag> tags = new LinkedHashMap<>();
        for (int i = 0; i < mix.models(); i++) {
            tags.put(ModelName.of(model(i)), tag(model(i)));
        }
        List<ServerState> states = new ArrayList<>();
        for (Hardware hardware : fleet) {
            Map<String, String> keys =
                    Map.of(
                            "cortex.routing.parallel",
                            Integer.toString(hardware.parallel()),
                            "cortex.routing.multiuser-cache",
                            Boolean.toString(hardware.multiuser()));
            Server server = FleetFixtures.server(states.size(), events.clock(), typical, keys);
            servers.add(server);
            machines.add(new Machine(hardware, events));
            states.add(new ServerState(server, new Health.Up(Instant.EPOCH), "", tags, List.of()));
        }
        tags.keySet().forEach(name -> pools.put(name.canonical(), Pool.of(name, states)));
    }

    private static String model(int number) {
        return "m" + number + ":8b";
    }

    private static TagList.Tag tag(String name) {
        return new TagList.Tag(name, name, null, SIZE, "digest-" + name, null, null, null);
    }

    /** Runs so long, and leaves the first fifth out of the count. */
    Result run(double millis) {
        for (int user = 0; user < mix.users(); user++) {
            events.after(random.nextDouble() * 20_000, this::newConversation);
        }
        probe();
        events.after(millis / 5, () -> tally.begin(machines));
        events.runUntil(millis);
        return tally.result(machines, millis * 4 / 5);
    }

    /** What each server has in memory is asked as often as the gateway asks. */
    private void probe() {
        for (int i = 0; i < servers.size(); i++) {
            List<RunningModel> running =
                    machines.get(i).resident().stream().map(Simulation::running).toList();
            FleetFixtures.listed(servers.get(i), digests(), running);
        }
        events.after(PROBE_MILLIS, this::probe);
    }

    private Set<String> digests() {
        Set<String> all = new java.util.HashSet<>();
        for (int i = 0; i < mix.models(); i++) {
            all.add("digest-" + model(i));
        }
        return all;
    }

    private static RunningModel running(String name) {
        return new RunningModel(name, name, SIZE, "digest-" + name, null, null, SIZE, null);
    }

    /** The prompt so far. */
    private static final class Conversation {
        private final String model;
        private final List<Long> hashes = new ArrayList<>();
        private final List<Integer> bytes = new ArrayList<>();
        private int turns;

        Conversation(String model) {
            this.model = model;
        }

        void add(long hash, int length) {
            hashes.add(hash);
            bytes.add(length);
        }

        PromptBlocks blocks() {
            long[] chain = new long[hashes.size()];
            int[] ends = new int[chain.length];
            long hash = 17;
            int end = 0;
            for (int i = 0; i < chain.length; i++) {
                hash = hash * 0x9e3779b97f4a7c15L + hashes.get(i);
                end += bytes.get(i);
                chain[i] = hash;
                ends[i] = end;
            }
            return new PromptBlocks(chain, ends);
        }
    }

    private void newConversation() {
        Conversation conversation = new Conversation(model(random.nextInt(mix.models())));
        if (mix.systemTokens() > 0) {
            conversation.add(1, mix.systemTokens() * 4);
        }
        ask(conversation);
    }

    private int around(int mean) {
        return Math.max(1, (int) (mean * (0.5 + random.nextDouble())));
    }

    private void ask(Conversation conversation) {
        conversation.add(blocks++, around(mix.turnTokens()) * 4);
        PromptBlocks prompt = conversation.blocks();
        int answerTokens = around(mix.answerTokens());
        long answer = blocks++;
        double asked = events.now();
        Call call = new Call(conversation, prompt, answer, answerTokens, asked);
        Machine.Work work =
                new Machine.Work(
                        conversation.model,
                        List.copyOf(conversation.hashes),
                        List.copyOf(conversation.bytes),
                        answer,
                        answerTokens * DECODE_MILLIS,
                        call);
        Pool pool = pools.get(conversation.model);
        int chosen =
                Ranking.best(
                        rule.oracle() ? new Known(pool, work) : pool,
                        new Ask(rule.policy(), prompt, conversation.turns == 0, 0, turn++),
                        List.of(),
                        events.clock().millis());
        call.job = servers.get(chosen).start(pool.holding(chosen), prompt);
        machines.get(chosen).take(work);
    }

    /** A request of a user, who thinks and asks on. */
    private final class Call implements Machine.Observer {
        private final Conversation conversation;
        private final long answer;
        private final int answerTokens;
        private final double asked;
        private Job job;

        Call(
                Conversation conversation,
                PromptBlocks prompt,
                long answer,
                int answerTokens,
                double asked) {
            this.conversation = conversation;
            this.answer = answer;
            this.answerTokens = answerTokens;
            this.asked = asked;
        }

        @Override
        public void firstToken() {
            job.answers();
            tally.firstToken(events.now() - asked);
        }

        @Override
        public void ended(long load, long prompt, long eval) {
            job.complete(new Job.Told(load, prompt, eval), true);
            conversation.add(answer, answerTokens * 4);
            conversation.turns++;
            double pause = mix.thinkMillis() * (0.5 + random.nextDouble());
            events.after(
                    pause,
                    conversation.turns < mix.turns()
                            ? () -> ask(conversation)
                            : Simulation.this::newConversation);
        }
    }

    /** The same candidates with the true contents of their caches. */
    private final class Known implements Candidates {
        private final Pool pool;
        private final Machine.Work work;

        Known(Pool pool, Machine.Work work) {
            this.pool = pool;
            this.work = work;
        }

        @Override
        public int size() {
            return pool.size();
        }

        @Override
        public Server server(int index) {
            return pool.server(index);
        }

        @Override
        public boolean warm(int index) {
            return pool.warm(index);
        }

        @Override
        public Facts facts(int index, PromptBlocks prompt, long nowMillis) {
            Facts facts = pool.facts(index, PromptBlocks.NONE, nowMillis);
            Facts known = pool.facts(index, prompt, nowMillis);
            return new Facts(
                    facts.open(),
                    facts.doubtful(),
                    facts.position(),
                    facts.inFlight(),
                    facts.parallel(),
                    facts.recent(),
                    facts.room(),
                    facts.service(),
                    facts.load(),
                    facts.perKilobyte(),
                    facts.weight(),
                    facts.priority(),
                    prompt.size() == 0 ? 0 : machines.get(index).cachedBytes(work),
                    known.pushedOut());
        }
    }
}
