package dev.aicortex.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.Converter;

/** Everything under {@code cortex.}. */
@ConfigMapping(prefix = "cortex")
public interface CortexConfig {
    /** The file that has all of these keys; it is watched, and most of it is taken at once. */
    Optional<Path> config();

    /** The Ollama servers, as URLs; the order breaks ties between equally good ones. */
    Optional<List<String>> servers();

    /** The server that is asked when none is named. */
    @WithDefault("http://localhost:11434")
    String defaultServer();

    /** Fronts a simulated fleet of three servers instead of real ones, to try things out. */
    @WithDefault("false")
    @WithConverter(YesNo.class)
    boolean demo();

    /** Single servers: those that have a name of their own, and what is set for one. */
    Map<String, Server> server();

    Discovery discovery();

    /** How long opening a connection to a server may take. */
    @WithDefault("2s")
    Duration connectTimeout();

    /** After how much silence a server with a request is looked at, and how often from then on. */
    @WithDefault("5s")
    Duration lookAfter();

    /** How long a request may go on while no server works on it; for one: X-Cortex-Deadline. */
    @WithDefault("600s")
    Duration failoverDeadline();

    /** From a request's first byte to its answer's last one; {@code off} for any time. */
    @WithDefault("1h")
    String totalTimeout();

    /** How many requests a server is given at once; without it as many as it answers at once. */
    OptionalInt maxConcurrent();

    Queue queue();

    Load load();

    /** How many servers each of these models is kept in memory on. */
    Map<String, Integer> warm();

    /** How often the client of a silent stream is shown that it lives; {@code off} for never. */
    @WithDefault("15s")
    String heartbeat();

    /** Shows the client of a stream what it waits for: {@code reasoning}, as a thought, or off. */
    @WithDefault("off")
    Progress progress();

    /** Names for models of the fleet; the next one is asked when no server can serve the first. */
    Map<String, List<String>> aliases();

    Context context();

    /** Has another server go on with a stream that breaks off, as {@code X-Cortex-Resume} does. */
    @WithDefault("false")
    @WithConverter(YesNo.class)
    boolean resume();

    /** The keys, by their names, whose requests it is done for in any case. */
    Optional<List<String>> resumeKeys();

    Prompt prompt();

    Hedging hedging();

    /** Serves models that a server passes on to a machine of somebody else. */
    @WithDefault("false")
    @WithConverter(YesNo.class)
    boolean allowCloud();

    /** Leaves tools that search the web in requests, so that prompts leave the machine. */
    @WithDefault("false")
    @WithConverter(YesNo.class)
    boolean allowWebSearch();

    /** How many servers may break on one request, which may be what kills them. */
    @WithDefault("3")
    int maxAttempts();

    /** The largest request body that is accepted. */
    @WithDefault("100M")
    MemorySize maxBody();

    /** The longest request body that is kept in memory; longer ones go to a temporary file. */
    @WithDefault("1M")
    MemorySize bodyInMemory();

    /** Whoever sends it as a bearer token may use {@code /admin} from anywhere. */
    Optional<String> adminToken();

    /** The secrets that let a client in, or {@code sha256:} and their digests, by name. */
    Map<String, @WithConverter(AsWritten.class) String> keys();

    /** Whether clients are asked for a key. */
    @WithDefault("auto")
    Auth auth();

    Limits limits();

    Redis redis();

    Cache cache();

    Embeddings embeddings();

    Cors cors();

    /** Further names for a gateway without keys on loopback; {@code *}: any name. */
    Optional<List<String>> hosts();

    /** How long clients may keep the gateway waiting, and how many connections they may have. */
    Client client();

    /** Whether clients may change what the servers hold: pull, push, create, copy and delete. */
    @WithDefault("false")
    @WithConverter(YesNo.class)
    boolean manage();

    /** How long a server may take to begin its answer to a change of its models or memory. */
    @WithDefault("300s")
    Duration manageTimeout();

    Pull pull();

    Wake wake();

    /** A folder with jars that bring sources of servers or steps of the refresh. */
    Optional<Path> plugins();

    Routing routing();

    Catalogue catalogue();

    Refresh refresh();

    Database database();

    Usage usage();

    /** Writes a line of JSON for each request that ends, by the logger {@code aicortex.access}. */
    @WithDefault("false")
    @WithConverter(YesNo.class)
    boolean accessLog();

    /** Serves the page at {@code /ui}, and what it looks at. */
    @WithDefault("true")
    @WithConverter(YesNo.class)
    boolean ui();

    /** How many requests' prompts and answers are kept in memory, for an operator; 0 = none. */
    @WithDefault("0")
    int captures();

    Control control();

    Health health();

    Breaker breaker();

    /** One server. */
    interface Server {
        /** Makes it a server of the fleet; without it the entry's name is its URL or host. */
        Optional<String> url();

        /** How often it is asked under the policy weighted; 1 where it is not set. */
        OptionalDouble weight();

        /** Under the policy priority: the lowest first; 0 where it is not set. */
        OptionalInt priority();

        /** How many requests it is given at once, in place of cortex.max-concurrent. */
        OptionalInt maxConcurrent();

        /** Words that tell servers apart: {@code gpu=eu,tier=fast}. */
        Optional<List<String>> labels();

        /** The token that the server asks for, sent as a bearer token with every call. */
        Optional<String> bearer();

        /** A file that holds the token. */
        Optional<Path> bearerFile();

        /** A PEM file with those who may have signed the server's certificate. */
        Optional<Path> caFile();

        /** A PEM file with our own certificate, for a server that asks for one. */
        Optional<Path> clientCert();

        /** A PEM file with its private key. */
        Optional<Path> clientKey();

        /** What wakes its machine: a MAC address, a URL, or {@code exec:} and a command. */
        Optional<String> wake();

        /** What puts its machine to sleep: a URL, or {@code exec:} and a command. */
        Optional<String> sleep();

        /** After so long without requests its machine is put to sleep. */
        Optional<Duration> sleepAfter();
    }

    /** Servers that are found, beside those that are named. */
    interface Discovery {
        Kubernetes kubernetes();

        /** Names whose addresses are servers, with a port where it is not 11434; or SRV records. */
        Optional<List<String>> dns();

        /** Who is asked for them, {@code HOST:PORT}; without it the servers of resolv.conf. */
        Optional<String> dnsServer();

        /** How often names are looked up. */
        @WithDefault("5s")
        Duration interval();

        /** Endpoints of Services. */
        interface Kubernetes {
            /** The Services, by name. */
            Optional<List<String>> services();

            /** Those too whose labels match, as in {@code app=ollama,tier!=test}. */
            Optional<String> selector();

            /** Where they are; without it the namespace of the gateway's own pod. */
            Optional<String> namespace();

            /** The port of their pods, by name or number; without it 11434, else the first. */
            Optional<String> port();
        }
    }

    /** Whom keys are asked for. */
    enum Auth {
        /** Every client, where there is a key or other machines can reach the gateway. */
        AUTO,
        /** Nobody; a key that a client sends all the same counts with its limits. */
        NONE
    }

    /** The limits of keys that have none of their own. */
    interface Limits {
        /** Requests a minute. */
        OptionalInt rpm();

        /** Tokens a minute, of prompts and answers. */
        OptionalInt tpm();

        /** Requests at once. */
        OptionalInt concurrent();
    }

    /** Where replicas count together what keys used. */
    interface Redis {
        /** {@code redis://HOST:PORT}, {@code rediss://} with TLS; without it each counts alone. */
        Optional<String> url();
    }

    /** Answers that are kept, for requests that a model would answer the same way again. */
    interface Cache {
        /** How much memory they may take; 0 = nothing is kept. */
        @WithDefault("0")
        MemorySize size();

        /** How long an answer is kept. */
        @WithDefault("1h")
        Duration ttl();

        /** The longest answer that is kept. */
        @WithDefault("1M")
        MemorySize maxAnswer();

        /** Keeps them in {@code cortex.redis.url} too, for all replicas. */
        @WithDefault("false")
        @WithConverter(YesNo.class)
        boolean shared();
    }

    /** Requests for the embeddings of many texts. */
    interface Embeddings {
        /** How many texts one server is sent at once of a longer list; 0 = all of them. */
        @WithDefault("0")
        int batch();
    }

    /** Web pages on other origins. */
    interface Cors {
        /** Beside those of this machine and of desktop applications; {@code *}: any characters. */
        Optional<List<String>> origins();
    }

    /** What the connections of clients may cost. */
    interface Client {
        /** How long a client may take to begin its first request, and be silent in a body. */
        @WithDefault("60s")
        Duration timeout();

        /** How long a connection is kept between requests, and an answer that nobody takes. */
        @WithDefault("10m")
        Duration idle();

        /** How many connections one address may have. */
        @WithDefault("4096")
        int connections();
    }

    /** From where servers may be told to fetch models, and where to send them. */
    interface Pull {
        /** The registries, by host, with the port where there is one. */
        @WithDefault("registry.ollama.ai,ollama.com,hf.co,huggingface.co")
        List<String> registries();

        /** Takes a client's {@code insecure}: without TLS, or without a look at certificates. */
        @WithDefault("false")
        @WithConverter(YesNo.class)
        boolean insecure();

        /** Pulls a model that no server holds when a request asks for it. */
        @WithDefault("false")
        @WithConverter(YesNo.class)
        boolean missing();

        /** The models for which that is done, as patterns: {@code llama3.2:*,qwen3:*}. */
        Optional<List<String>> missingModels();
    }

    /** Machines that sleep until a request needs them. */
    interface Wake {
        /** How long one may take from the signal to its first answer. */
        @WithDefault("2m")
        Duration timeout();
    }

    /** A second request where the first takes unusually long. */
    interface Hedging {
        /** Asks a second server where the first byte is later than in 95 % of requests. */
        @WithDefault("false")
        @WithConverter(YesNo.class)
        boolean enabled();

        /** The same for single models. */
        Map<String, @WithConverter(YesNo.class) Boolean> models();
    }

    /** The context length, which {@code /v1} has no field for. */
    interface Context {
        /** In tokens, for every model; without it each server's own. */
        OptionalInt numCtx();

        /** In tokens, for single models. */
        Map<String, Integer> models();

        /** What models are loaded with when more is asked for, in tokens; else powers of two. */
        Optional<List<Integer>> sizes();

        /** Writes what a model is in memory with in place of a num_ctx that is not more. */
        @WithDefault("true")
        @WithConverter(YesNo.class)
        boolean keep();
    }

    /** What of a prompt is not for a model. */
    interface Prompt {
        /** How lines begin that are stripped from the start of a system prompt; empty: none. */
        @WithDefault("x-anthropic-billing-header:")
        Optional<List<String>> strip();

        /** The keys, by their names, whose system prompts stay as they are. */
        Optional<List<String>> stripOffKeys();
    }

    /** Which of the servers that hold a model is asked. */
    interface Routing {
        /** The rule: expected-first-token, least-busy, round-robin, priority or weighted. */
        @WithDefault("expected-first-token")
        Policy policy();

        /** The rule for single models. */
        Map<String, Policy> models();

        /** How many requests a server answers at once; without it as many as it was seen to. */
        OptionalInt parallel();

        /** Headers, and fields of the body, with ids by which requests belong together. */
        @WithDefault(
                "X-Cortex-Session,X-Claude-Code-Session-Id,session_id,session-id,conversation_id,"
                        + "x-session-affinity,x-session-id,X-OpenWebUI-Chat-Id,"
                        + "X-Litellm-Session-Id,X-Amp-Thread-Id,body.prompt_cache_key,"
                        + "body.metadata.user_id,body.safety_identifier,body.user,X-Correlation-ID")
        Optional<List<String>> sessions();

        /** What is done where a tag's content differs between servers. */
        @WithDefault("fall-over")
        MixedDigests mixedDigests();

        Allow allow();

        /** Which servers may be asked: those that have all of these labels. */
        interface Allow {
            /** For the requests of single keys, by the name of the key. */
            Map<String, List<String>> keys();

            /** For single models. */
            Map<String, List<String>> models();
        }
    }

    /** Requests that wait for a place. */
    interface Queue {
        /** How many may wait for one model; 0 = none. */
        @WithDefault("1000")
        int max();

        /** Of requests without X-Cortex-Priority: interactive, normal or batch. */
        @WithDefault("normal")
        String priority();

        /** The same for single keys, by their names. */
        Map<String, String> priorities();

        /** How the prompts begin that nobody waits for, such as one for a title: they are batch. */
        @WithDefault(
                "### Task: Generate a concise,### Task: Generate 1-3 broad tags,"
                        + "### Task: Suggest 3-5 relevant follow-up,You are a title generator,"
                        + "You are naming a coding session,"
                        + "Generate a concise\\, sentence-case title,"
                        + "Analyze if this message indicates a new conversation topic,"
                        + "Summarize this coding conversation in under 50 characters,"
                        + "You are an expert in crafting ultra-compact titles,"
                        + "You are an expert in crafting pithy titles,"
                        + "Provide a concise\\, 5-word-or-less title,"
                        + "Analyze this conversation and provide: 1. The detected language,"
                        + "Given the following... please reply with a title,"
                        + "You will generate a short title based on the first message,"
                        + "Reply with only a description in four words or less,"
                        + "You are a professional conversation summarizer. Generate a concise title,"
                        + "You are an assistant skilled in conversation. You need to summarize")
        Optional<List<String>> background();

        /** After how long a request gets its share of the places, whatever more urgent waits. */
        @WithDefault("30s")
        Duration aging();
    }

    /** How models come into memory. */
    interface Load {
        /** A load that is expected to take this long is made by the gateway itself; off: never. */
        @WithDefault("2s")
        String shieldFrom();
    }

    /** What servers are asked about themselves: their models, what runs, their version. */
    interface Control {
        /** The longest answer that is read; a server that sends more is down. */
        @WithDefault("4M")
        MemorySize maxAnswer();
    }

    /** Probes: is a server there, and which models does it hold? */
    interface Health {
        /** How long the answer of a healthy server to a probe counts. */
        @WithDefault("60s")
        Duration ttl();

        /** How long a server may take to answer a probe. */
        @WithDefault("5s")
        Duration timeout();

        /** How often a server that is down is probed again. */
        @WithDefault("5s")
        Duration recoveryInterval();
    }

    /** The files of the catalogue. */
    interface Catalogue {
        /** The folder that keeps them; made when it is not there. */
        @WithDefault("./data/catalogue")
        Path dir();

        /** How many generations are kept to go back to. */
        @WithDefault("10")
        int keep();
    }

    /** The pipeline that asks the servers what they hold: check, fetch, resolve, apply. */
    interface Refresh {
        /** How often it runs; {@code off} for never. */
        @WithDefault("15m")
        String every();

        /** A run but the first begins up to this much later, so that replicas take turns. */
        @WithDefault("1m")
        Duration jitter();

        /** How many servers are asked at once. */
        @WithDefault("256")
        int concurrency();

        /** The share of the models that one run may lose, 0 to 1; above it nothing is applied. */
        @WithDefault("0.5")
        double maxLoss();
    }

    /** What lasts beside the catalogue. */
    interface Database {
        /** {@code sqlite:FILE}; postgresql://HOST/NAME, which replicas may share; or off. */
        @WithDefault("sqlite:./data/aicortex.db")
        String url();

        /** Whom PostgreSQL is to see. */
        Optional<String> user();

        /** Its password. */
        Optional<String> password();

        /** A file that holds the password. */
        Optional<Path> passwordFile();
    }

    /** The records of requests: who used what. */
    interface Usage {
        /** Whether requests are recorded. */
        @WithDefault("true")
        @WithConverter(YesNo.class)
        boolean enabled();

        /** How long a record is kept; sums are kept longer. */
        @WithDefault("30d")
        Duration keep();

        /** How many records are kept; the oldest go first. */
        @WithDefault("1000000")
        long maxRecords();
    }

    /** When requests stop going to a server that keeps failing. */
    interface Breaker {
        /** How many of a server's last requests are looked at. */
        @WithDefault("6")
        int window();

        /** The share of them that must have failed for the breaker to open, 0 to 1. */
        @WithDefault("0.5")
        double failureRatio();

        /** How long an open breaker waits before it lets one request try. */
        @WithDefault("10s")
        Duration delay();
    }

    /** What becomes of a model whose tag has different contents on different servers. */
    enum MixedDigests {
        /** One content is served; another one only when no server of the first can be asked. */
        FALL_OVER,
        /** One content is served, and no other. */
        NEVER,
        /** They are taken for one model. */
        ANY
    }

    /** How the client of a stream is shown what its request waits for. */
    enum Progress {
        /** Not at all, but that it lives. */
        OFF,
        /** In words, where the thoughts of a model stand. */
        REASONING
    }

    /** A switch; a word that says neither is refused and not taken for no. */
    final class YesNo implements Converter<Boolean> {
        @Override
        public Boolean convert(String value) {
            return switch (value.strip().toLowerCase(Locale.ROOT)) {
                case "true", "yes", "y", "on", "1" -> true;
                case "false", "no", "n", "off", "0" -> false;
                default -> throw new IllegalArgumentException("it is neither true nor false");
            };
        }
    }

    /** A text that may be empty, so that the gateway itself can say what is wrong with that. */
    final class AsWritten implements Converter<String> {
        @Override
        public String convert(String value) {
            return value;
        }
    }
}
