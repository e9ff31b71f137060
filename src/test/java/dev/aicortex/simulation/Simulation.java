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
import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Departure;
import dev.aicortex.routing.Ranking;
import dev.aicortex.routing.WaitingLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** One run: users, the gateway's choice, servers. Deterministic by its seed. */
final class Simulation {
    private static final double PROBE_MILLIS = 60_000;
    private static final double DECODE_MILLIS = 1_000.0 / 60;
    private static final int MOST_WAITING = 1_000;
    private static final long OVERDUE_MILLIS = 30_000;
    private static final double LOOK_MILLIS = 200;
    private static final long SIZE = 5_000_000_000L;

    /** What is asked beside a conversation, behind the system prompt. */
    private static final int SIDE_TOKENS = 100;

    private final Events events = new Events();
    private final Random random;
    private final Map<String, String> keys;
    private final Mix mix;
    private final Rule rule;
    private final List<Machine> machines = new ArrayList<>();
    private final List<Server> servers = new ArrayList<>();
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private final Tally tally = new Tally();
    private final Map<String, WaitingLine<Call>> lines = new LinkedHashMap<>();
    private boolean looking;
    private int turn;
    private long blocks = 1_000;

    /**
     * How servers are chosen.
     *
     * @param oracle whether the true contents of the caches are known
     */
    record Rule(String name, Policy policy, boolean oracle) {
        static Rule of(Policy policy) {
            return new Rule(policy.word(), policy, false);
        }

        static final Rule ORACLE = new Rule("oracle", Policy.EXPECTED_FIRST_TOKEN, true);
    }

    Simulation(Mix mix, List<Hardware> fleet, Rule rule, long seed) {
        this(mix, fleet, rule, seed, Map.of());
    }

    /**
     * @param keys of the gateway's configuration
     */
    Simulation(Mix mix, List<Hardware> fleet, Rule rule, long seed, Map<String, String> keys) {
        this.keys = keys;
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
            Server server = FleetFixtures.server(states.size(), events.clock(), typical, keys);
            FleetFixtures.runs(server, hardware.version());
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
        private final Priority priority;
        private final boolean once;
        private Content content = Content.NONE;
        private int turns;

        Conversation(String model, Priority priority, boolean once) {
            this.model = model;
            this.priority = priority;
            this.once = once;
        }

        void add(long block, int length) {
            content = content.and(block, length);
        }

        PromptBlocks blocks() {
            List<Long> hashes = content.blocks();
            List<Integer> bytes = content.bytes();
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
        Conversation conversation =
                new Conversation(model(random.nextInt(mix.models())), Priority.NORMAL, false);
        system(conversation);
        ask(conversation);
    }

    private void system(Conversation conversation) {
        if (mix.systemTokens() > 0) {
            conversation.add(1, mix.systemTokens() * 4);
        }
    }

    /** A title or a summary: nobody goes on from it. */
    private void askBeside(Conversation conversation) {
        Conversation side = new Conversation(conversation.model, Priority.BATCH, true);
        system(side);
        ask(side);
    }

    /** Single requests come at this rate, whatever becomes of those before. */
    void arrivals(Priority priority, double perSecond) {
        if (perSecond > 0) {
            double pause = -Math.log(1 - random.nextDouble()) / perSecond * 1_000;
            events.after(
                    pause,
                    () -> {
                        ask(new Conversation(model(0), priority, true));
                        arrivals(priority, perSecond);
                    });
        }
    }

    /** Single prompts of so many tokens come beside the conversations; nobody counts theirs. */
    void longPrompts(int tokens, double everyMillis) {
        events.after(
                everyMillis,
                () -> {
                    Conversation single = new Conversation(model(0), Priority.BATCH, true);
                    single.add(blocks++, tokens * 4);
                    ask(single);
                    longPrompts(tokens, everyMillis);
                });
    }

    private int around(int mean) {
        return Math.max(1, (int) (mean * (0.5 + random.nextDouble())));
    }

    private void ask(Conversation conversation) {
        boolean side = mix.sideEvery() > 0 && conversation.once;
        int turnTokens = side ? SIDE_TOKENS : around(mix.turnTokens());
        conversation.add(blocks++, turnTokens * 4);
        PromptBlocks prompt = side ? conversation.blocks().alone() : conversation.blocks();
        int answerTokens = around(mix.answerTokens());
        long answer = blocks++;
        Call call = new Call(conversation, prompt, answer, answerTokens, events.now());
        call.work =
                new Machine.Work(
                        conversation.model,
                        conversation.content,
                        answer,
                        answerTokens * 4,
                        answerTokens * DECODE_MILLIS,
                        call);
        boolean begins = conversation.turns == 0 && !side;
        call.ask = new Ask(rule.policy(), prompt, begins, 0, turn++);
        call.priority = conversation.priority;
        arrive(call);
        if (!side && mix.sideEvery() > 0 && conversation.turns % mix.sideEvery() == 0) {
            askBeside(conversation);
        }
    }

    /** It goes where it is to go at once, or waits in the line of its model, as in the gateway. */
    private void arrive(Call call) {
        WaitingLine<Call> line =
                lines.computeIfAbsent(
                        call.work.model(), _ -> new WaitingLine<>(MOST_WAITING, OVERDUE_MILLIS));
        if (line.full() && !makesRoom(line, call)) {
            tally.shed(call.priority);
            return;
        }
        long cost = Math.min(32 * 1024, 1_024 + call.ask.prompt().bytes());
        line.add(
                new WaitingLine.Ticket<>(
                        call, call.priority, "", 0, cost, events.clock().millis()));
        dispatch();
        look();
    }

    private boolean makesRoom(WaitingLine<Call> line, Call call) {
        return line.displacedBy(call.priority, "")
                .map(ticket -> {
                    tally.shed(ticket.priority());
                    return line.remove(ticket);
                })
                .orElse(false);
    }

    private void dispatch() {
        lines.values().stream()
                .sorted(Comparator.comparingLong(WaitingLine::oldest))
                .forEach(this::dispatch);
    }

    private void dispatch(WaitingLine<Call> line) {
        long now = events.clock().millis();
        WaitingLine.Ticket<Call> next = line.next(now, this::goes);
        while (next != null) {
            next = line.next(now, this::goes);
        }
    }

    private void look() {
        if (!looking && lines.values().stream().anyMatch(line -> line.size() > 0)) {
            looking = true;
            events.after(
                    LOOK_MILLIS,
                    () -> {
                        looking = false;
                        dispatch();
                        look();
                    });
        }
    }

    private boolean goes(Call call) {
        Pool pool = pools.get(call.work.model());
        Candidates candidates = rule.oracle() ? new Known(pool, call.work) : pool;
        double waited = events.now() - call.asked;
        long now = events.clock().millis();
        return switch (Departure.of(candidates, call.ask, List.of(), now, waited, Ranking.NONE)) {
            case Departure.To(int index) when pool.holding(index).reserve() -> {
                call.job = servers.get(index).start(pool.holding(index), call.ask.prompt());
                machines.get(index).take(call.work);
                yield true;
            }
            case Departure.To _, Departure.Waits _, Departure.Nowhere _ -> false;
        };
    }

    /** A request of a user, who thinks and asks on. */
    private final class Call implements Machine.Observer {
        private final Conversation conversation;
        private final long answer;
        private final int answerTokens;
        private final double asked;
        private Machine.Work work;
        private Ask ask;
        private Priority priority;
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
            job.answers(true);
            tally.firstToken(priority, events.now() - asked);
        }

        @Override
        public void ended(long load, long prompt, long eval) {
            job.complete(new Job.Told(load, prompt, eval), true);
            tally.answered(priority);
            dispatch();
            if (conversation.once) {
                return;
            }
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
        public int position(int index) {
            return pool.position(index);
        }

        @Override
        public boolean full(int index) {
            return pool.full(index);
        }

        @Override
        public int[] warm() {
            return pool.warm();
        }

        @Override
        public int knowing(PromptBlocks prompt, int[] indices) {
            return pool.knowing(prompt, indices);
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
                    facts.evaluating(),
                    known.pushedOut());
        }
    }
}
