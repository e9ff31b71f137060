package dev.aicortex.fleet;

import dev.aicortex.fleet.observed.CacheMirror;
import dev.aicortex.fleet.observed.Speeds;
import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ModelName;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The holders of a model, ready to be chosen from: what never changes for them is looked up once a
 * snapshot, not once a request.
 */
public final class Pool implements Candidates {
    private final ServerState[] states;
    private final Holding[] holdings;
    private final String content;
    private final boolean fallback;
    private final int[] positions;
    private final Typical.OfModel[] contents;
    private volatile Warm known = new Warm(-1, new int[0]);

    /**
     * @param changes as they were counted before the holders were looked at
     * @param indices of those that have the model in memory
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody, and not copied for each request
    private record Warm(long changes, int[] indices) {}

    private Pool(ServerState[] states, Holding[] holdings, String content, boolean fallback) {
        this.states = states;
        this.holdings = holdings;
        this.content = content;
        this.fallback = fallback;
        this.positions = Arrays.stream(states).mapToInt(each -> each.server().position()).toArray();
        Stream<Typical.OfModel> all = Arrays.stream(holdings).map(Holding::typical);
        this.contents = all.distinct().toArray(Typical.OfModel[]::new);
    }

    public static Pool of(ModelName model, List<ServerState> holders) {
        return of(model, holders, "", false);
    }

    static Pool of(ModelName model, List<ServerState> holders, String content, boolean fallback) {
        return new Pool(
                holders.toArray(ServerState[]::new),
                holders.stream().map(state -> state.holding(model)).toArray(Holding[]::new),
                content,
                fallback);
    }

    /** The same without some of its servers. */
    public Pool without(Collection<Server> some) {
        if (some.isEmpty()) {
            return this;
        }
        int[] rest = IntStream.range(0, size()).filter(i -> !some.contains(server(i))).toArray();
        return new Pool(
                Arrays.stream(rest).mapToObj(i -> states[i]).toArray(ServerState[]::new),
                Arrays.stream(rest).mapToObj(i -> holdings[i]).toArray(Holding[]::new),
                content,
                fallback);
    }

    /** The digest that its servers have in common where others differ; empty where none do. */
    public String content() {
        return content;
    }

    /** Whether another content than its own is the one that is served. */
    public boolean fallback() {
        return fallback;
    }

    /** Whether one of its servers can be asked that has not been tried. */
    public boolean open(Collection<Server> tried) {
        for (int i = 0; i < states.length; i++) {
            if (states[i].open() && !tried.contains(server(i))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int size() {
        return states.length;
    }

    @Override
    public Server server(int index) {
        return holdings[index].server();
    }

    @Override
    public int position(int index) {
        return positions[index];
    }

    @Override
    public boolean full(int index) {
        return holdings[index].full();
    }

    /** What was found holds until a holding changes; changes are counted after they are made. */
    @Override
    public int[] warm() {
        long changes = 0;
        for (Typical.OfModel each : contents) {
            changes += each.changes();
        }
        Warm warm = known;
        if (warm.changes != changes) {
            warm = new Warm(changes, look());
            known = warm;
        }
        return warm.indices;
    }

    private int[] look() {
        int[] all = new int[holdings.length];
        int warm = 0;
        for (int i = 0; i < all.length; i++) {
            if (holdings[i].warm()) {
                all[warm++] = i;
            }
        }
        return Arrays.copyOf(all, warm);
    }

    @Override
    public int knowing(PromptBlocks prompt, int[] indices) {
        int found = 0;
        for (Typical.OfModel each : contents) {
            found = found > 0 ? found : each.prompts().find(prompt, indices);
        }
        int here = 0;
        for (int i = 0; i < found; i++) {
            int index = Arrays.binarySearch(positions, indices[i]);
            if (index >= 0) { // a server may have lost the model since
                indices[here++] = index;
            }
        }
        return here;
    }

    /** The number of a server; negative when it is not one of these. */
    public int indexOf(Server server) {
        int index = Arrays.binarySearch(positions, server.position());
        return index >= 0 && server(index).equals(server) ? index : -1;
    }

    public ServerState state(int index) {
        return states[index];
    }

    public Holding holding(int index) {
        return holdings[index];
    }

    @Override
    public Facts facts(int index, PromptBlocks prompt, long nowMillis) {
        return facts(index, prompt, nowMillis, false);
    }

    /** The same for one of the requests in flight: without itself. */
    public Facts factsWithoutOne(int index, PromptBlocks prompt, long nowMillis) {
        return facts(index, prompt, nowMillis, true);
    }

    private Facts facts(int index, PromptBlocks prompt, long nowMillis, boolean own) {
        Holding holding = holdings[index];
        Server server = holding.server();
        int inFlight = server.inFlight() - (own ? 1 : 0);
        Speeds speeds = holding.speeds();
        CacheMirror.Look look = holding.look(prompt, nowMillis);
        return new Facts(
                states[index].open(),
                server.doubtful(),
                server.position(),
                holding.before(inFlight, own),
                holding.parallel(),
                server.recentLoad(nowMillis),
                server.residents() == 0,
                speeds.serviceMillis(),
                holding.loadMillis(nowMillis),
                speeds.perKilobyte(),
                server.weight(),
                server.priority(),
                look.cachedBytes(),
                holding.running().evaluating(nowMillis),
                look.pushedOut());
    }
}
