using FederatedIdentity.Domain;
using FederatedIdentity.Server.Protocol;
using FederatedIdentity.Tests.Shared;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace FederatedIdentity.UnitTests.Protocol;

public sealed class SigV4Tests
{
    private const string Incomplete = "IncompleteSignatureException";
    private const string Invalid = "InvalidSignatureException";
    private const string Mismatch = "The request signature we calculated does not match the signature you provided. "
        + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    private readonly SigV4Case _request = new();

    [Fact]
    public async Task Signed_request_names_its_caller() =>
        Assert.Equal(
            new SigV4Verdict.Signed(SigV4Case.CallerWith(SigV4Case.KeyId), "us-east-1"),
            await _request.Sign().VerifyAsync());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer eyJhbGciOi")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("AWS AKIDEXAMPLE:signature")]
    public async Task Request_without_a_signature(string? authorization)
    {
        _request.Headers.Authorization = authorization;

        await IsRefused("MissingAuthenticationTokenException", "Missing Authentication Token");
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256", "Authorization header requires 'Credential' parameter. "
        + "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host", "Authorization header requires 'Signature' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e,Signature=5d67", "Authorization header requires 'SignedHeaders' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=5d67", "Authorization header requires 'Credential' parameter.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=5d67",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e/f, SignedHeaders=host, Signature=5d67",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=/b/c/d/e, SignedHeaders=host, Signature=5d67",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.")]
    [InlineData("AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=5d67",
        "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=5d67, Signature=5d67", null)]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=", null)]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature", null)]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=5d67, Expires=1", null)]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/b/c/d/e SignedHeaders=host Signature=5d67", "Authorization header requires 'Signature' "
        + "parameter. Authorization header requires 'SignedHeaders' parameter.")]
    public async Task Malformed_header_is_refused_without_repeating_it(string authorization, string? message)
    {
        _request.Headers.Authorization = authorization;

        await IsRefused(Incomplete, message);
        Assert.DoesNotContain("5d67", (await _request.RefusalAsync())!.Message, StringComparison.Ordinal);
        Assert.Equal(0, _request.LookUps);
    }

    [Fact]
    public async Task Second_Authorization_header_is_refused()
    {
        var authorization = _request.Sign().Headers.Authorization.ToString();
        _request.Headers.Authorization = new StringValues([authorization, authorization]);

        await IsRefused(Incomplete);
    }

    [Fact]
    public async Task Missing_date_is_refused()
    {
        _request.Sign().Headers.Remove("X-Amz-Date");

        await IsRefused(Incomplete, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    }

    [Theory]
    [InlineData("20150830123600")]
    [InlineData("2015-08-30T12:36:00Z")]
    [InlineData("20151330T123600Z")]
    [InlineData("Sun, 30 Aug 2015 12:36:00 GMT")]
    public async Task Malformed_date_is_refused(string date)
    {
        _request.Headers["X-Amz-Date"] = date;

        _request.Sign();

        await IsRefused(Incomplete, "Date must be in ISO-8601 'basic format'.");
    }

    [Theory]
    [InlineData("20150830T123600Z")]
    [InlineData("Sun, 30 Aug 2015 12:36:00 GMT")]
    public async Task Date_header_serves_when_there_is_no_other(string date)
    {
        _request.Headers.Remove("X-Amz-Date");
        _request.Headers.Date = date;

        Assert.IsType<SigV4Verdict.Signed>(await _request.Sign().VerifyAsync());
    }

    [Fact]
    public async Task Unknown_key_switched_off_key_and_session_get_one_answer()
    {
        _request.Sign(new SigV4Signer("AKIDOTHER", SigV4Case.Secret, "us-east-1", "cognito-identity"));
        await IsUnknown();

        _request.Sign().Headers["X-Amz-Security-Token"] = "session";
        await IsUnknown();
        _request.Headers.Remove("X-Amz-Security-Token");

        Assert.IsType<SigV4Verdict.Signed>(await _request.VerifyAsync());
        _request.Keys[SigV4Case.KeyId] = _request.Keys[SigV4Case.KeyId] with { Active = false };
        await IsUnknown();

        Task IsUnknown() => IsRefused("UnrecognizedClientException", "The security token included in the request is invalid.");
    }

    [Theory]
    [InlineData("eu-west-1", "cognito-identity", "aws4_request", "Credential should be scoped to a valid region.")]
    [InlineData("us-east-1", "sts", "aws4_request", "Credential should be scoped to correct service: 'cognito-identity'.")]
    [InlineData("us-east-1", "cognito-identity", "aws4", "Credential should be scoped with a valid terminator: 'aws4_request'.")]
    public async Task Scope_of_another_place_is_refused(string region, string service, string terminator, string message)
    {
        _request.Sign(new SigV4Signer(SigV4Case.KeyId, SigV4Case.Secret, region, service) { Terminator = terminator });

        await IsRefused(Invalid, message);
    }

    [Fact]
    public async Task Scope_of_another_day_is_refused()
    {
        _request.Sign(at: SigV4Case.SignedAt.AddDays(1));

        await IsRefused(Invalid, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            + "'20150831' != '20150830', from '20150830T123600Z'.");
    }

    [Theory]
    [InlineData(-301, "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)")]
    [InlineData(-300, null)]
    [InlineData(-299, null)]
    [InlineData(299, null)]
    [InlineData(300, null)]
    [InlineData(301, "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)")]
    public async Task Clock_may_be_five_minutes_off(int seconds, string? message)
    {
        _request.Sign().Now = SigV4Case.SignedAt.AddSeconds(seconds);

        Assert.Equal(message is null ? null : new ApiError(Invalid, message), await _request.RefusalAsync());
    }

    [Theory]
    [InlineData("Host", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")]
    [InlineData("X-Amz-Date", "'X-Amz-Date' or 'Date' must be a 'SignedHeader' in the AWS Authorization.")]
    public async Task Host_and_date_must_be_signed(string header, string message)
    {
        var value = _request.Headers[header];
        _request.Headers.Remove(header);
        _request.Sign().Headers[header] = value;

        await IsRefused(Invalid, message);
    }

    [Fact]
    public async Task Signed_Date_does_not_vouch_for_an_unsigned_XAmzDate()
    {
        _request.Headers.Remove("X-Amz-Date");
        _request.Headers.Date = "20150830T123600Z";
        _request.Sign().Headers["X-Amz-Date"] = "20150830T123600Z";

        await IsRefused(Invalid, "'X-Amz-Date' or 'Date' must be a 'SignedHeader' in the AWS Authorization.");
    }

    [Fact]
    public async Task Altered_request_is_refused()
    {
        await IsAltered(request => request.Body[^1]++);
        await IsAltered(request => request.Body = []);
        await IsAltered(request => request.Method = "PUT");
        await IsAltered(request => request.Path = "/x");
        await IsAltered(request => request.Query = "a=b");
        await IsAltered(request => request.Headers.Host = "elsewhere.example");
        await IsAltered(request => request.Headers["X-Amz-Date"] = "20150830T123601Z");
        await IsAltered(request => request.Replace("X-Amz-Target", "List", "Delete"));
        await IsAltered(request => request.Headers.Append("X-Amz-Target", "second"));
        await IsAltered(request => request.Headers.Remove("X-Amz-Target"));
        await IsAltered(request => request.Replace("Authorization", "host;x-amz-date;x-amz-target", "host;x-amz-date"));
        await IsAltered(request => request.Replace("Authorization", "host;x-amz-date;x-amz-target", "host;x-amz-target;x-amz-date"));
        await IsAltered(request => request.Replace("Authorization", "=host;", "=host;host;"));
        await IsAltered(request => request.Replace("Authorization", "=host;", "=;host;"));
        await IsAltered(request => request.Replace("Authorization", "x-amz-target,", "X-Amz-Target,"));
        await IsAltered(request => request.Replace("Authorization", "x-amz-target,", "x-amz-target;,"));
    }

    [Theory]
    [InlineData("upper case")]
    [InlineData("one digit less")]
    [InlineData("one digit more")]
    [InlineData("not hexadecimal")]
    public async Task Signature_of_another_form_is_refused(string form) => await IsAltered(request =>
    {
        var signature = request.Headers.Authorization.ToString()[^64..];
        request.Replace("Authorization", signature, form switch
        {
            "upper case" => signature.ToUpperInvariant(),
            "one digit less" => signature[..^1],
            "one digit more" => signature + "0",
            _ => new string('z', 64),
        });
    });

    [Fact]
    public async Task Every_digit_of_the_signature_counts()
    {
        var signature = _request.Sign().Headers.Authorization.ToString()[^64..];
        for (var index = 0; index < signature.Length; index++)
        {
            var altered = signature.ToCharArray();
            altered[index] = altered[index] == '0' ? '1' : '0';
            _request.Sign().Replace("Authorization", signature, new string(altered));
            await IsRefused(Invalid, Mismatch);
        }
    }

    [Fact]
    public async Task Claimed_hash_of_the_body_must_be_its_hash()
    {
        _request.Headers["X-Amz-Content-Sha256"] = "UNSIGNED-PAYLOAD";
        _request.Sign();
        await IsRefused(Invalid, Mismatch);

        _request.Headers["X-Amz-Content-Sha256"] = new string('0', 64);
        _request.Sign();
        await IsRefused(Invalid, Mismatch);

        _request.Headers["X-Amz-Content-Sha256"] =
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(_request.Body));
        Assert.IsType<SigV4Verdict.Signed>(await _request.Sign().VerifyAsync());
    }

    [Fact]
    public async Task Rotated_secret_stops_verifying_and_the_new_one_starts()
    {
        Assert.IsType<SigV4Verdict.Signed>(await _request.Sign().VerifyAsync());
        _request.Keys[SigV4Case.KeyId] = _request.Keys[SigV4Case.KeyId] with { Secret = new SecretKey("another") };

        await IsRefused(Invalid, Mismatch);
        _request.Sign(new SigV4Signer(SigV4Case.KeyId, "another", "us-east-1", "cognito-identity"));
        Assert.IsType<SigV4Verdict.Signed>(await _request.VerifyAsync());
    }

    // Everything is wrong with the request at first; each step repairs what was refused last.
    [Fact]
    public async Task Refusals_come_in_the_order_of_AWS()
    {
        var foreign = new SigV4Signer("AKIDOTHER", "wrong", "eu-west-1", "sts");
        _request.Now = SigV4Case.SignedAt.AddHours(1);
        _request.Headers["X-Amz-Security-Token"] = "session";
        await IsRefused("MissingAuthenticationTokenException");

        _request.Headers.Authorization = "AWS4-HMAC-SHA256 Credential=AKIDOTHER";
        await IsRefused(Incomplete);

        _request.Sign(foreign);
        await IsRefused("UnrecognizedClientException");

        _request.Headers.Remove("X-Amz-Security-Token");
        await IsRefused("UnrecognizedClientException");

        foreign = foreign with { AccessKeyId = SigV4Case.KeyId };
        await IsNext(foreign, "Credential should be scoped to a valid region.");
        foreign = foreign with { Region = "us-east-1" };
        await IsNext(foreign, "Credential should be scoped to correct service");
        foreign = foreign with { Service = "cognito-identity" };
        await IsNext(foreign, "Signature expired: ");

        _request.Now = SigV4Case.SignedAt;
        await IsNext(foreign, "Date in Credential scope does not match");
        _request.Sign(foreign);
        await IsRefused(Invalid, Mismatch);

        async Task IsNext(SigV4Signer signer, string start)
        {
            _request.Sign(signer, at: SigV4Case.SignedAt.AddDays(1));
            await IsRefused(Invalid);
            Assert.StartsWith(start, (await _request.RefusalAsync())!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Hundred_at_once()
    {
        Assert.IsType<SigV4Verdict.Signed>(await _request.Sign().VerifyAsync());
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(_request.VerifyAsync))),
            verdict => Assert.IsType<SigV4Verdict.Signed>(verdict));
    }

    [Fact]
    public async Task Signer_for_HTTP_signs_what_verifies()
    {
        using var http = new HttpRequestMessage(HttpMethod.Post, "https://cognito-identity.us-east-1.amazonaws.com/?b=2&a=1");
        http.Content = new ByteArrayContent(_request.Body) { Headers = { ContentType = new("application/x-amz-json-1.1") } };
        http.Headers.Add("X-Amz-Target", "AWSCognitoIdentityService.ListIdentityPools");
        await new SigV4Signer(SigV4Case.KeyId, SigV4Case.Secret, "us-east-1", "cognito-identity")
            .SignAsync(http, SigV4Case.SignedAt, CancellationToken.None);
        _request.Query = "b=2&a=1";
        _request.Headers.Clear();
        foreach (var (name, values) in http.Headers.NonValidated.Concat(http.Content.Headers.NonValidated))
        {
            _request.Headers[name] = new StringValues([.. values]);
        }

        Assert.IsType<SigV4Verdict.Signed>(await _request.VerifyAsync());
    }

    private static async Task IsAltered(Action<SigV4Case> alter)
    {
        var request = new SigV4Case().Sign();
        Assert.IsType<SigV4Verdict.Signed>(await request.VerifyAsync());
        alter(request);

        Assert.Equal(new ApiError(Invalid, Mismatch), await request.RefusalAsync());
    }

    private async Task IsRefused(string type, string? message = null)
    {
        var refusal = await _request.RefusalAsync();

        Assert.Equal(type, refusal?.Type);
        Assert.Equal(400, refusal!.Status);
        Assert.Equal(message ?? refusal.Message, refusal.Message);
    }
}
