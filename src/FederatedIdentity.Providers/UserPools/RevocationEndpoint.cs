using System.Buffers;
using System.Net;
using System.Text.Json;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.UserPools;

/// <summary>
/// Asks the operator's own service: <c>POST {userPoolId, sub, origin_jti, auth_time, iat}</c>, answered by
/// <c>200 {"revoked": true|false}</c>. Any other answer lets nobody in.
/// </summary>
internal sealed class RevocationEndpoint(OutboundHttp http, Uri url) : IUserPoolRevocations
{
    public async Task<Standing> AskAsync(UserPoolName pool, RevocableToken token, CancellationToken ct)
    {
        var request = new OutboundRequest(UserPoolProvider.Kind, url, OutboundRequest.TokenAnswer)
        {
            Body = new(Body(pool, token), "application/json"),
        };
        return await http.SendAsync(request, ct) switch
        {
            FetchResult.Ok { Status: HttpStatusCode.OK } ok => Read(ok.Body),
            FetchResult.Ok ok => new Standing.Unknown($"revocations: status {(int)ok.Status}"),
            FetchResult.Failed failed => new Standing.Unknown($"revocations: {failed.Detail}"),
            var other => throw new InvalidOperationException(other.ToString()),
        };
    }

    private static byte[] Body(UserPoolName pool, RevocableToken token)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("userPoolId"u8, pool.PoolId);
            json.WriteString("sub"u8, token.Subject);
            if (token.OriginId is { } origin)
            {
                json.WriteString("origin_jti"u8, origin);
            }

            WriteTime(json, "auth_time", token.AuthenticatedAt);
            WriteTime(json, "iat", token.IssuedAt);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, double? seconds)
    {
        if (seconds is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    private static Standing Read(byte[] body)
    {
        var revoked = JsonAnswer.Object(body) is { } json ? JsonAnswer.Flag(json, "revoked") : null;
        return revoked switch
        {
            false => new Standing.Good(),
            true => new Standing.Lost("token was revoked"),
            null => new Standing.Unknown("revocations: the answer does not say"),
        };
    }
}
