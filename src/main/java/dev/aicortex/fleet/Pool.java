package dev.aicortex.fleet;

import dev.aicortex.model.ModelName;
import java.util.Collection;
import java.util.List;

/**
 * The holders of a model, ready to be chosen from: what never changes for them is looked up once a
 * snapshot, not once a request.
 */
public final class Pool implements Candidates {
    private final ServerState[] states;
    private final Holding[] holdings;
    private final String content;
    private final boolean fallback;

    private Pool(ServerState[] states, Holding[] holdings, String content, boolean fallback) {
        this.states = states;
        this.holdings = holdings;
        this.content = content;
        this.fallback = fallback;
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

    /** The digest that its servers have in common where others differ; empty where none do. */
    public String content() {
        return content;
    }

    /** Whether another content than its own is the one that is served. */
    public boolean fallback() {
        return fallback;
    }

    /** Whether one of its servers can be asked that has not been tried. */
    boolean open(Collection<Server> tried) {
        for (int i = 0; i < states.length; i++) {
            Server server = server(i);
            if (states[i].up() && server.open() && !tried.contains(server)) {
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
    public boolean warm(int index) {
        return holdings[index].warm();
    }

    public ServerState state(int index) {
        return states[index];
    }

    public Holding holding(int index) {
        return holdings[index];
    }

    @Override
    public Facts facts(int index, PromptBlocks prompt, long nowMillis) {
        Holding holding = holdings[index];
        Server server = holding.server();
        Speeds speeds = holding.speeds();
        return new Facts(
                states[index].up() && server.open(),
                server.doubtful(),
                server.position(),
                server.inFlight(),
                server.parallel(),
                server.recentLoad(nowMillis),
                server.residents() == 0,
                speeds.serviceMillis(),
                holding.loadMillis(nowMillis),
                speeds.perKilobyte(),
                server.standing().weight(),
                server.standing().priority(),
                holding.cachedBytes(prompt),
                holding.pushedOut(prompt, nowMillis));
    }
}
