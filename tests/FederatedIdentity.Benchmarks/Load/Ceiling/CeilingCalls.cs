using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace FederatedIdentity.Benchmarks.Load.Ceiling;

/// <summary>The paths of the ceiling, each of which does what it is called after and nothing else.</summary>
internal sealed class CeilingCalls(CeilingDatabase database, CeilingTokens tokens, CeilingLogins logins)
{
    public const string Static = "/static/"; // and the length of the body
    public const string Allocated = "/allocated";
    public const string Parse = "/parse";
    public const string Select = "/sel";
    public const string SelectRs512 = "/sel-rs512";
    public const string SelectEs256 = "/sel-es256";
    public const string VerifySelect = "/verify-sel";
    public const string VerifySelectRs512 = "/verify-sel-rs512";
    public const string Insert = "/ins";

    private const string Target = "AWSCognitoIdentityService.";

    private byte[] _static = [];

    public Task AnswerAsync(HttpContext http) => http.Request.Method == HttpMethods.Get ? AnswerGet(http) : AnswerPostAsync(http);

    private Task AnswerGet(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (path == Allocated)
        {
            return http.Response.WriteAsync($"{GC.GetTotalAllocatedBytes()}");
        }

        var length = int.Parse(path.AsSpan(Static.Length), provider: null);
        if (_static.Length != length)
        {
            _static = new byte[length];
            Array.Fill(_static, (byte)' ');
        }

        return Write(http, _static);
    }

    private async Task AnswerPostAsync(HttpContext http)
    {
        var call = await ReadAsync(http);
        switch (http.Request.Path.Value)
        {
            case Parse:
                await WriteIdentity(http, call.IdentityId!);
                break;
            case Select:
                await database.FindAsync(call.IdentityId!);
                await WriteIdentity(http, call.IdentityId!);
                break;
            case SelectRs512:
                await database.FindAsync(call.IdentityId!);
                await WriteTokenAsync(http, call.IdentityId!, elliptic: false);
                break;
            case SelectEs256:
                await database.FindAsync(call.IdentityId!);
                await WriteTokenAsync(http, call.IdentityId!, elliptic: true);
                break;
            case VerifySelect:
                await WriteIdentity(http, await database.OwnerAsync(call.PoolId!, call.Provider!, logins.Verify(call.Token)));
                break;
            case VerifySelectRs512:
                logins.Verify(call.Token);
                await database.FindAsync(call.IdentityId!);
                await WriteTokenAsync(http, call.IdentityId!, elliptic: false);
                break;
            case Insert:
                await WriteIdentity(http, await database.InsertAsync(call.PoolId!));
                break;
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static ValueTask<CeilingCall> ReadAsync(HttpContext http)
    {
        if (!http.Request.Headers["X-Amz-Target"].ToString().StartsWith(Target, StringComparison.Ordinal))
        {
            throw new BadHttpRequestException("No target.");
        }

        var body = http.Request.BodyReader;
        return body.TryRead(out var read) && read.IsCompleted
            ? ValueTask.FromResult(Parsed(body, read))
            : ReadOnAsync(body, read, http.RequestAborted);
    }

    private static async ValueTask<CeilingCall> ReadOnAsync(PipeReader body, ReadResult read, CancellationToken ct)
    {
        while (!read.IsCompleted)
        {
            if (read.Buffer.Length > 0)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }

            read = await body.ReadAsync(ct);
        }

        return Parsed(body, read);
    }

    private static CeilingCall Parsed(PipeReader body, ReadResult read)
    {
        var call = CeilingCall.Parse(read.Buffer);
        body.AdvanceTo(read.Buffer.End);
        return call;
    }

    private static Task WriteIdentity(HttpContext http, string identity)
    {
        Span<byte> json = stackalloc byte[256];
        var size = CeilingTokens.WriteIdentity(json, identity);
        "\"}"u8.CopyTo(json[size..]);
        return Write(http, json[..(size + 2)]);
    }

    private Task WriteTokenAsync(HttpContext http, string identity, bool elliptic)
    {
        Span<byte> json = stackalloc byte[2048];
        return Write(http, json[..tokens.Write(json, identity, elliptic)]);
    }

    private static Task Write(HttpContext http, ReadOnlySpan<byte> body)
    {
        var response = http.Response;
        response.ContentType = "application/x-amz-json-1.1";
        response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
        return Task.CompletedTask;
    }
}
