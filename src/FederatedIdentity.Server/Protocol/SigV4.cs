using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Unicode;

namespace FederatedIdentity.Server.Protocol;

/// <summary>
/// Proves who sent a request: AWS Signature Version 4 in the Authorization header or, for GET, in the query string, for one service
/// in its regions. What it lets through was signed as it stands, within five minutes or the lifetime of a presigned URL, with a
/// secret that is good now.
/// </summary>
internal sealed class SigV4(IAccessKeys keys, ISessionKeys sessions, TimeProvider time, string[] regions, string service)
{
    private const int HexHash = 2 * SHA256.HashSizeInBytes;
    private const int LongestToSign = 256;

    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(5);

    private readonly SigningKeyCache _signingKeys = new();

    public async ValueTask<SigV4Verdict> VerifyAsync(SigV4Request request, CancellationToken ct)
    {
        var presigned = HttpMethods.IsGet(request.Method) && SigV4Query.IsPresigned(request.Query);
        var header = presigned
            ? SigV4Query.Read(request.Query, out var refusal)
            : SigV4Header.Read(request.Headers, out refusal);
        if (header is null)
        {
            return new SigV4Verdict.Refused(refusal!);
        }

        // Unknown keys cost no hashing: the answer, which is that of AWS, already says that the key is unknown.
        var (key, expiresAt) = await FindAsync(header, ct);
        if (key is not { Active: true })
        {
            return new SigV4Verdict.Refused(SigV4Refusals.UnknownKey);
        }

        if (expiresAt <= time.GetUtcNow())
        {
            return new SigV4Verdict.Refused(SigV4Refusals.ExpiredSession);
        }

        var signed = presigned ? request with { Query = SigV4Query.WithoutSignature(request.Query) } : request;
        return (ScopeRefusal(header) ?? TimeRefusal(header) ?? SignatureRefusal(signed, header, key)) is { } refused
            ? new SigV4Verdict.Refused(refused)
            : new SigV4Verdict.Signed(key.Caller, header.Region);
    }

    private async ValueTask<(AccessKey? Key, DateTimeOffset ExpiresAt)> FindAsync(SigV4Header header, CancellationToken ct)
    {
        if (header.SessionToken is not { } token)
        {
            return (await keys.FindAsync(header.AccessKeyId, ct), DateTimeOffset.MaxValue);
        }

        return await sessions.FindAsync(header.AccessKeyId, token, ct);
    }

    private ApiError? ScopeRefusal(SigV4Header header) =>
        !regions.Contains(header.Region) ? SigV4Refusals.WrongRegion
        : header.Service != service ? SigV4Refusals.WrongService(service)
        : header.Terminator != "aws4_request" ? SigV4Refusals.WrongTerminator
        : !IsSigned(header, "host") ? SigV4Refusals.UnsignedHost
        : header.Lifetime is null && !IsSigned(header, header.DateHeader) ? SigV4Refusals.UnsignedDate
        : null;

    private ApiError? TimeRefusal(SigV4Header header)
    {
        // Signatures know whole seconds only.
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        return header.Date < now - (header.Lifetime ?? _skew)
            ? SigV4Refusals.Expired(header.Stamp, SigV4Header.Print(now - _skew), SigV4Header.Print(now))
            : header.Date > now + _skew
            ? SigV4Refusals.NotYetCurrent(header.Stamp, SigV4Header.Print(now + _skew), SigV4Header.Print(now))
            : !header.Stamp.AsSpan(0, 8).SequenceEqual(header.ScopeDate)
            ? SigV4Refusals.WrongScopeDate(header.ScopeDate, header.Stamp[..8], header.Stamp)
            : null;
    }

    private ApiError? SignatureRefusal(in SigV4Request request, SigV4Header header, AccessKey key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<char> bodyHash = stackalloc char[HexHash];
        SHA256.HashData(request.Body.Span, hash);
        Convert.TryToHexStringLower(hash, bodyHash, out _);

        // UNSIGNED-PAYLOAD is S3's; here every body is signed.
        if (request.Headers.TryGetValue("x-amz-content-sha256", out var claimed) && !bodyHash.SequenceEqual(claimed.ToString()))
        {
            return SigV4Refusals.Mismatch;
        }

        return CanonicalRequest.TryHash(request, header.SignedHeaders, bodyHash, hash) && IsSignatureOf(hash, header, key)
            ? null
            : SigV4Refusals.Mismatch;
    }

    private bool IsSignatureOf(ReadOnlySpan<byte> requestHash, SigV4Header header, AccessKey key)
    {
        Span<char> expected = stackalloc char[HexHash];
        Convert.TryToHexStringLower(requestHash, expected, out _);
        Span<byte> toSign = stackalloc byte[LongestToSign]; // All of it is known by now: the date is one, and the region one of ours.
        if (!Utf8.TryWrite(
            toSign,
            $"{SigV4Header.Algorithm}\n{header.Stamp}\n{header.ScopeDate}/{header.Region}/{service}/aws4_request\n{expected}",
            out var length))
        {
            throw new UnreachableException("Regions and services have short names.");
        }

        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        HMACSHA256.HashData(_signingKeys.Find(key, header.ScopeDate, header.Region, service), toSign[..length], signature);
        Convert.TryToHexStringLower(signature, expected, out _);

        // Compared as lower-case text, the one form that signers write.
        return CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(expected), MemoryMarshal.AsBytes(header.Signature.AsSpan()));
    }

    private static bool IsSigned(SigV4Header header, string name)
    {
        var names = header.SignedHeaders.AsSpan();
        foreach (var range in names.Split(';'))
        {
            if (names[range].SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }
}
