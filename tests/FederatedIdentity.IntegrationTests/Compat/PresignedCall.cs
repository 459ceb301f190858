using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>A presigned call of STS, made by hand so that it can say, well signed, what no SDK would.</summary>
internal sealed record PresignedCall(string Endpoint, string ServerId)
{
    public string AccessKeyId { get; init; } = TestServer.AccessKeyId;

    public string Secret { get; init; } = TestServer.SecretAccessKey;

    public string Service { get; init; } = "sts";

    public string Action { get; init; } = "GetCallerIdentity";

    public string Lifetime { get; init; } = "60";

    public DateTimeOffset Time { get; init; } = TimeProvider.System.GetUtcNow();

    /// <summary>Signed headers beyond the host.</summary>
    public (string Name, string Value)[]? Headers { get; init; }

    /// <summary>Signed parameters beyond the usual.</summary>
    public (string Name, string Value)[] More { get; init; } = [];

    public string Url()
    {
        var headers = (Headers ?? [("x-server-id", ServerId)]).Append(("host", new Uri(Endpoint).Authority)).ToArray();
        (string Name, string Value)[] parameters =
        [
            ("Action", Action),
            ("Version", "2011-06-15"),
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", $"{AccessKeyId}/{SigV4Signer.Stamp(Time)[..8]}/us-east-1/{Service}/aws4_request"),
            ("X-Amz-Date", SigV4Signer.Stamp(Time)),
            ("X-Amz-Expires", Lifetime),
            ("X-Amz-SignedHeaders", string.Join(';', headers.Select(header => header.Item1).Order(StringComparer.Ordinal))),
            .. More,
        ];
        var query = string.Join('&', parameters.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
        var signer = new SigV4Signer(AccessKeyId, Secret, "us-east-1", Service);
        var signature = signer.Authorization("GET", "/", query, headers, [], Time).Split("Signature=")[1];
        return $"{Endpoint}/?{query}&X-Amz-Signature={signature}";
    }
}
