using System.Net.Sockets;
using FederatedIdentity.Providers.Engines;
using FederatedIdentity.Server.Sts;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether the way out is open: the egress proxy and the external STS, when there are such.</summary>
internal sealed class OutboundCheck : ICheck
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(4);

    public string Name => "egress proxy";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (subject.Options<OutboundOptions>() is not { } outbound || subject.Options<StsOptions>() is not { } sts)
        {
            findings.Skip(Name, "the configuration is not valid");
            return;
        }

        var opened = outbound.AllowedPrivateHosts.Count > 0 ? $"; besides public hosts: {string.Join(", ", outbound.AllowedPrivateHosts)}" : "";
        if (outbound.Proxy is { } proxy)
        {
            await ConnectAsync(Name, new Uri(proxy), findings, ct);
        }
        else
        {
            findings.Ok(Name, $"none, providers are called directly{opened}");
        }

        if (sts is { Mode: StsMode.External, Endpoint: { } endpoint } && outbound.Proxy is null)
        {
            await ConnectAsync("external STS", new Uri(endpoint), findings, ct);
        }
    }

    /// <summary>The URL of a proxy may hold a password, so only host and port are shown.</summary>
    private static async Task ConnectAsync(string check, Uri url, Findings findings, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_deadline);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(url.IdnHost.Trim('[', ']'), url.Port, deadline.Token);
            findings.Ok(check, $"{url.Host}:{url.Port} takes connections");
        }
        catch (Exception failure) when (failure is SocketException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            findings.Fail(
                check, $"{url.Host}:{url.Port}: {(failure is SocketException ? failure.Message : "no connection in time")}",
                "Correct the setting, or let it run and the network lead there.");
        }
    }
}
