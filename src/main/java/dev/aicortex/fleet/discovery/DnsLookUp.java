package dev.aicortex.fleet.discovery;

import dev.aicortex.config.DnsName;
import dev.aicortex.fleet.discovery.DnsMemory.Question;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStream;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks DNS servers, each for itself: whether a name is not there or nobody could say makes all the
 * difference here, which the JDK does not tell. An answer too long for UDP is asked for by TCP.
 */
final class DnsLookUp implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 2_000;

    private final EventLoopGroup loop =
            new NioEventLoopGroup(1, new DefaultThreadFactory("dns", true));

    private final Optional<InetSocketAddress> server;
    private final DnsNameResolver resolver =
            new DnsNameResolverBuilder(loop.next())
                    .datagramChannelType(NioDatagramChannel.class)
                    .socketChannelType(NioSocketChannel.class)
                    .queryTimeoutMillis(PATIENCE_MILLIS)
                    .build();

    /**
     * @param server that is asked; without it those of the system
     */
    DnsLookUp(Optional<DnsName> server) {
        this.server = server.map(one -> new InetSocketAddress(one.name(), one.port()));
    }

    /**
     * Asks one server after the other, until one knows.
     *
     * @return addresses, or {@code host:port} of SRV records; none for a name that is not there
     * @throws IOException when none of them knows
     */
    List<String> values(Question question) throws IOException, InterruptedException {
        IOException last = new IOException("there is no DNS server to ask");
        for (InetSocketAddress each : servers(question.name())) {
            try {
                return values(question, each);
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private List<InetSocketAddress> servers(String name) {
        if (server.isPresent()) {
            return List.of(server.get());
        }
        DnsServerAddressStream stream =
                DnsServerAddressStreamProviders.platformDefault().nameServerAddressStream(name);
        List<InetSocketAddress> servers = new ArrayList<>();
        for (int i = 0; i < stream.size(); i++) {
            servers.add(stream.next());
        }
        return servers;
    }

    private List<String> values(Question question, InetSocketAddress from)
            throws IOException, InterruptedException {
        Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> asked =
                resolver.query(from, new DefaultDnsQuestion(question.name(), question.type()));
        if (!asked.await(3 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS) || !asked.isSuccess()) {
            throw new IOException("%s: %s".formatted(from, asked.cause()), asked.cause());
        }
        AddressedEnvelope<DnsResponse, InetSocketAddress> answer = asked.getNow();
        try {
            return values(question.type(), from, answer.content());
        } finally {
            answer.release();
        }
    }

    private static List<String> values(
            DnsRecordType type, InetSocketAddress from, DnsResponse answer) throws IOException {
        if (!answer.code().equals(DnsResponseCode.NOERROR)
                && !answer.code().equals(DnsResponseCode.NXDOMAIN)) {
            throw new IOException("%s says %s".formatted(from, answer.code()));
        }
        List<String> values = new ArrayList<>();
        for (int i = 0; i < answer.count(DnsSection.ANSWER); i++) {
            if (answer.recordAt(DnsSection.ANSWER, i) instanceof DnsRawRecord record
                    && record.type().equals(type)) {
                values.add(value(type, record.content()));
            }
        }
        return values;
    }

    private static String value(DnsRecordType type, ByteBuf content) throws IOException {
        if (type.equals(DnsRecordType.SRV)) { // RFC 2782: priority, weight, port, host
            int start = content.readerIndex();
            String host = DefaultDnsRecordDecoder.decodeName(content.skipBytes(6));
            return host + ":" + content.getUnsignedShort(start + 4);
        }
        byte[] address = new byte[content.readableBytes()];
        content.readBytes(address);
        return InetAddress.getByAddress(address).getHostAddress();
    }

    @Override
    public void close() {
        resolver.close();
        Future<?> _ = loop.shutdownGracefully(100, 1_000, TimeUnit.MILLISECONDS);
    }
}
