using System.Buffers;
using System.Net;
using System.Text.Json;
using FederatedIdentity.Providers.Engines;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Providers.UserPools;

/// <summary>Asks a user pool about one of its users, signed with the operator's credentials, and believes only a whole answer.</summary>
/// <remarks>https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html</remarks>
internal sealed class UserPoolUsers(
    OutboundHttp http, UserPoolAddresses addresses, IOptions<ProvidersOptions> options, TimeProvider time)
{
    private const string JsonType = "application/x-amz-json-1.1";
    private const string Target = "AWSCognitoIdentityProviderService.AdminGetUser";

    private readonly UserPoolsOptions _options = options.Value.UserPools;

    /// <summary>
    /// Whether the user of this name is there, switched on, and still the same: a name that was given to somebody else has another
    /// <paramref name="subject"/>.
    /// </summary>
    public async Task<Standing> AskAsync(UserPoolName pool, string username, string subject, CancellationToken ct)
    {
        if (!_options.HasCredentials)
        {
            return new Standing.Unknown(
                $"ServerSideTokenCheck needs {ProvidersOptions.Section}:UserPools:AccessKeyId and SecretAccessKey, which are not set");
        }

        if (addresses.CheckOf(pool) is not { } url)
        {
            return new Standing.Unknown("AdminGetUser: the configured address is not a URL");
        }

        return await http.SendAsync(Request(url, pool, username), ct) switch
        {
            FetchResult.Ok ok => Read(ok, subject),
            FetchResult.Failed failed => new Standing.Unknown($"AdminGetUser: {failed.Detail}"),
            var other => throw new InvalidOperationException(other.ToString()),
        };
    }

    private OutboundRequest Request(Uri url, UserPoolName pool, string username)
    {
        var (now, body) = (time.GetUtcNow(), Body(pool.PoolId, username));
        List<KeyValuePair<string, string>> headers =
        [
            new("X-Amz-Date", RequestSignature.Stamp(now)),
            new("X-Amz-Target", Target),
        ];
        if (_options.SessionToken is { Length: > 0 } session)
        {
            headers.Add(new("X-Amz-Security-Token", session));
        }

        var signature = new RequestSignature(_options.AccessKeyId!, _options.SecretAccessKey!, pool.Region, "cognito-idp");
        return new(UserPoolProvider.Kind, url, OutboundRequest.TokenAnswer)
        {
            Authorization = signature.Sign(url, [.. headers, new("Content-Type", JsonType)], body, now),
            Headers = headers,
            Body = new(body, JsonType),
        };
    }

    private static byte[] Body(string poolId, string username)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("UserPoolId"u8, poolId);
            json.WriteString("Username"u8, username);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static Standing Read(FetchResult.Ok answer, string subject)
    {
        if (JsonAnswer.Object(answer.Body) is not { } json)
        {
            return new Standing.Unknown($"AdminGetUser: status {(int)answer.Status} without a JSON object");
        }

        return answer.Status switch
        {
            HttpStatusCode.OK => ReadUser(json, subject),
            HttpStatusCode.BadRequest when ErrorType(json) == "UserNotFoundException" => new Standing.Lost("user was deleted"),
            var status => new Standing.Unknown($"AdminGetUser: status {(int)status} {ErrorType(json)}"),
        };
    }

    private static Standing ReadUser(JsonElement user, string subject)
    {
        if (JsonAnswer.Flag(user, "Enabled") is not { } enabled)
        {
            return new Standing.Unknown("AdminGetUser: the answer does not say whether the user is enabled");
        }

        if (SubjectOf(user) is not { } current)
        {
            return new Standing.Unknown("AdminGetUser: the answer does not name one sub");
        }

        return !enabled ? new Standing.Lost("user is disabled")
            : current != subject ? new Standing.Lost("user name belongs to somebody else now")
            : new Standing.Good();
    }

    /// <summary>The value of the one attribute of that name.</summary>
    private static string? SubjectOf(JsonElement user)
    {
        var subjects = JsonAnswer.List(user, "UserAttributes")
            .Where(attribute => JsonAnswer.Text(attribute, "Name") == "sub")
            .Select(attribute => JsonAnswer.Text(attribute, "Value"))
            .ToArray();
        return subjects is [{ Length: > 0 } only] ? only : null;
    }

    /// <summary>
    /// An AWS error's bare shape name: <c>__type</c> may come with a namespace before <c>#</c> and a URL after <c>:</c>. A name that is
    /// none is left out, for it goes to the log.
    /// </summary>
    private static string ErrorType(JsonElement json)
    {
        var type = JsonAnswer.Text(json, "__type")?.Split(':')[0].Split('#')[^1] ?? "";
        return type.Length <= 64 && type.All(char.IsAsciiLetterOrDigit) ? type : "";
    }
}
