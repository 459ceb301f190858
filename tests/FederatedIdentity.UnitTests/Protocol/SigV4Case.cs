using System.Collections.Concurrent;
using FederatedIdentity.Domain;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Tests.Shared;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace FederatedIdentity.UnitTests.Protocol;

/// <summary>A request that verifies, until a test alters one thing about it.</summary>
internal sealed class SigV4Case : IAccessKeys, ISessionKeys
{
    public const string KeyId = "AKIDEXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    public static readonly DateTimeOffset SignedAt = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    private readonly Clock _clock = new(SignedAt);
    private SigV4? _verifier;

    public ConcurrentDictionary<string, AccessKey> Keys { get; } = new()
    {
        [KeyId] = new AccessKey(CallerWith(KeyId), new SecretKey(Secret), Active: true),
    };

    /// <summary>What session tokens open; by token.</summary>
    public Dictionary<string, (AccessKey Key, DateTimeOffset ExpiresAt)> Sessions { get; } = [];

    public int LookUps { get; private set; }

    public string Service { get; init; } = "cognito-identity";

    public string Method { get; set; } = "POST";

    public string Path { get; set; } = "/";

    public string Query { get; set; } = "";

    public byte[] Body { get; set; } = "{\"MaxResults\":10}"u8.ToArray();

    public IHeaderDictionary Headers { get; } = new HeaderDictionary
    {
        ["Host"] = "cognito-identity.us-east-1.amazonaws.com",
        ["X-Amz-Date"] = "20150830T123600Z",
        ["X-Amz-Target"] = "AWSCognitoIdentityService.ListIdentityPools",
    };

    public DateTimeOffset Now
    {
        set => _clock.Now = value;
    }

    public static Caller CallerWith(string keyId) =>
        new(CallerKind.User, "123456789012", "arn:aws:iam::123456789012:user/admin", "AIDAADMINADMINADMIN1", "admin") { AccessKeyId = keyId };

    public SigV4Case Sign(SigV4Signer? signer = null, DateTimeOffset? at = null)
    {
        signer ??= new SigV4Signer(KeyId, Secret, "us-east-1", Service);
        Headers.Remove("Authorization");
        Headers.Authorization = signer.Authorization(
            Method, Path, Query, Headers.Select(header => (header.Key, header.Value.ToString())), Body, at ?? SignedAt);
        return this;
    }

    public SigV4Case Replace(string header, string old, string with)
    {
        var value = Headers[header].ToString();
        Assert.Contains(old, value);
        Headers[header] = new StringValues(value.Replace(old, with, StringComparison.Ordinal));
        return this;
    }

    public async Task<SigV4Verdict> VerifyAsync()
    {
        _verifier ??= new SigV4(this, this, _clock, ["us-east-1"], Service);
        return await _verifier.VerifyAsync(new SigV4Request(Method, Path, Query, Headers, Body), CancellationToken.None);
    }

    public async Task<ApiError?> RefusalAsync() => (await VerifyAsync() as SigV4Verdict.Refused)?.Error;

    public ValueTask<AccessKey?> FindAsync(string accessKeyId, CancellationToken ct)
    {
        LookUps++;
        return new ValueTask<AccessKey?>(Keys.GetValueOrDefault(accessKeyId));
    }

    public ValueTask<(AccessKey? Key, DateTimeOffset ExpiresAt)> FindAsync(string accessKeyId, string sessionToken, CancellationToken ct)
    {
        var (key, expiresAt) = Sessions.GetValueOrDefault(sessionToken);
        return new((key?.AccessKeyId == accessKeyId ? key : null, expiresAt));
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
