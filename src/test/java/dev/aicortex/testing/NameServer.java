package dev.aicortex.testing;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A DNS server on loopback that says what a test wants, by UDP and TCP. */
public final class NameServer implements AutoCloseable {
    /** What it says of everything. */
    public enum Mood {
        WELL,
        FAILING,
        /** By UDP only the beginning. */
        BRIEF
    }

    private final EventLoopGroup loop = new NioEventLoopGroup(1);
    private final Map<String, List<byte[]>> records = new ConcurrentHashMap<>();
    private volatile Mood mood = Mood.WELL;
    private final Channel tcp;

    /**
     * @param port 0 for any
     */
    public NameServer(int port) {
        tcp =
                new ServerBootstrap()
                        .group(loop)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(
                                                        new TcpDnsQueryDecoder(),
                                                        new TcpDnsResponseEncoder(),
                                                        new Tcp());
                                    }
                                })
                        .bind("127.0.0.1", port)
                        .syncUninterruptibly()
                        .channel();
        new Bootstrap()
                .group(loop)
                .channel(NioDatagramChannel.class)
                .handler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline()
                                        .addLast(
                                                new DatagramDnsQueryDecoder(),
                                                new DatagramDnsResponseEncoder(),
                                                new Udp());
                            }
                        })
                .bind("127.0.0.1", port())
                .syncUninterruptibly();
    }

    public int port() {
        return ((InetSocketAddress) tcp.localAddress()).getPort();
    }

    public void mood(Mood next) {
        mood = next;
    }

    /** The name has these addresses from now on. */
    public void addresses(String name, String... addresses) {
        records.put(
                key(name, DnsRecordType.A),
                Arrays.stream(addresses).map(NameServer::address).toList());
    }

    /** The name is a service at this host and port. */
    public void service(String name, String host, int port) {
        ByteBuf content = Unpooled.buffer().writeShort(0).writeShort(0).writeShort(port);
        for (String label : host.split("\\.")) {
            content.writeByte(label.length()).writeCharSequence(label, StandardCharsets.US_ASCII);
        }
        content.writeByte(0);
        records.put(key(name, DnsRecordType.SRV), List.of(bytes(content)));
    }

    /** Nobody knows the name any more. */
    public void forget(String name) {
        records.keySet().removeIf(key -> key.startsWith(name + ". "));
    }

    private static byte[] bytes(ByteBuf content) {
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        return bytes;
    }

    private static byte[] address(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String key(String name, DnsRecordType type) {
        return (name.endsWith(".") ? name : name + ".") + " " + type.name();
    }

    private final class Udp extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            DnsResponse response =
                    new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            context.writeAndFlush(answered(query, response, mood == Mood.BRIEF));
        }
    }

    private final class Tcp extends SimpleChannelInboundHandler<DnsQuery> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DnsQuery query) {
            context.writeAndFlush(answered(query, new DefaultDnsResponse(query.id()), false));
        }
    }

    private DnsResponse answered(DnsQuery query, DnsResponse response, boolean brief) {
        DnsQuestion question = query.recordAt(DnsSection.QUESTION);
        List<byte[]> found = records.get(key(question.name(), question.type()));
        boolean named =
                records.keySet().stream().anyMatch(key -> key.startsWith(question.name() + " "));
        response.addRecord(
                DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type()));
        if (mood == Mood.FAILING) {
            return response.setCode(DnsResponseCode.SERVFAIL);
        }
        response.setCode(named ? DnsResponseCode.NOERROR : DnsResponseCode.NXDOMAIN);
        response.setTruncated(brief);
        if (found != null) {
            found.stream()
                    .limit(brief ? 1 : Integer.MAX_VALUE)
                    .forEach(content ->
                            response.addRecord(
                                    DnsSection.ANSWER,
                                    new DefaultDnsRawRecord(
                                            question.name(),
                                            question.type(),
                                            0,
                                            Unpooled.wrappedBuffer(content))));
        }
        return response;
    }

    @Override
    public void close() {
        loop.shutdownGracefully(10, 1_000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }
}
