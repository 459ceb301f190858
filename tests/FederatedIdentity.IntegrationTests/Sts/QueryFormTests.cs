using System.Text;
using FederatedIdentity.IntegrationTests.Wire;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Sts.StsCalls;

namespace FederatedIdentity.IntegrationTests.Sts;

/// <summary>AWS Query as clients and attackers write it: forms, query strings and presigned URLs.</summary>
[Collection(nameof(WireTests))]
public sealed class QueryFormTests(ServerFixture server) : IDisposable
{
    private const string Who = "Action=GetCallerIdentity&Version=2011-06-15";

    private readonly StsClient _sts = server.Sts();

    public static TheoryData<string, int, string> Malformed => new()
    {
        { Who + "&Action=GetSessionToken", 404, "MalformedQueryString" },
        { Who + "&x=1&x=1", 404, "MalformedQueryString" },
        { Who + "&x=%", 404, "MalformedQueryString" },
        { Who + "&x=%4", 404, "MalformedQueryString" },
        { Who + "&x=%zz", 404, "MalformedQueryString" },
        { Who + "&x=%+1", 404, "MalformedQueryString" },
        { Who + "&x=%ff", 404, "MalformedQueryString" },
        { Who + "&x=%c0%80", 404, "MalformedQueryString" },
        { Who + "&%=x", 404, "MalformedQueryString" },
        { Who + "&=x", 404, "MalformedQueryString" },
        { Who + string.Concat(Enumerable.Range(0, 10_000).Select(number => $"&p{number}=x")), 404, "MalformedQueryString" },
        { Who + "&x=" + new string('x', 2 << 20), 413, "RequestEntityTooLarge" },
        { "", 400, "MissingAction" },
        { "Version=2011-06-15", 400, "MissingAction" },
        { "Action=&Version=2011-06-15", 400, "MissingAction" },
        { "Action=GetCallerIdentity", 400, "InvalidAction" },
        { "Action=GetCallerIdentity&Version=2011-06-16", 400, "InvalidAction" },
        { "Action=GetCallerIdentity&Version=2010-05-08", 400, "InvalidAction" },
        { "Action=getCallerIdentity&Version=2011-06-15", 400, "InvalidAction" },
        { "Action=DecodeAuthorizationMessage&Version=2011-06-15", 400, "InvalidAction" },
        { "Action=%00&Version=2011-06-15", 400, "InvalidAction" },
        { "action=GetCallerIdentity&Version=2011-06-15", 400, "MissingAction" },
    };

    public void Dispose() => _sts.Dispose();

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task What_cannot_be_read_in_one_way_only_is_refused(string form, int status, string code)
    {
        var answer = await _sts.PostAsync(form, TestKey.Administrator);

        AssertRefused(status, code, answer);
        Assert.Equal(
            ["Error/Type", "Error/Code", "Error/Message", "RequestId"],
            answer.Xml.Descendants().Where(element => !element.HasElements)
                .Select(element => element.Parent!.Name.LocalName == "Error" ? $"Error/{element.Name.LocalName}" : element.Name.LocalName));
        Assert.Equal(("ErrorResponse", "Sender"), (answer.Xml.Name.LocalName, answer.Value("Type")));
    }

    [Fact]
    public async Task Forms_and_query_strings_say_the_same()
    {
        var posted = await _sts.PostAsync(Who, TestKey.Administrator);
        var got = await _sts.GetAsync(Who, TestKey.Administrator);
        var spaced = await _sts.PostAsync("&&Version=2011-06-15&Action=GetCaller%49dentity&", TestKey.Administrator);

        foreach (var answer in new[] { posted, got, spaced })
        {
            Assert.True(answer.Ok, answer.Text);
            Assert.Equal("GetCallerIdentityResponse", answer.Xml.Name.LocalName);
            Assert.Equal(
                ["GetCallerIdentityResult", "Arn", "UserId", "Account", "ResponseMetadata", "RequestId"],
                answer.Xml.Descendants().Select(element => element.Name.LocalName));
            Assert.Equal(
                ("arn:aws:iam::000000000000:root", "000000000000", "000000000000"),
                (answer.Value("Arn"), answer.Value("UserId"), answer.Value("Account")));
        }
    }

    [Fact]
    public async Task Answers_are_XML_for_browsers_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Server.BaseAddress, "/"));
        request.Headers.Add("Origin", "https://app.example");
        request.Content = new StringContent("Action=Nothing&Version=2011-06-15", Encoding.UTF8, StsClient.FormType);

        using var response = await _sts.Http.SendAsync(request);

        Assert.Equal("text/xml", $"{response.Content.Headers.ContentType}");
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(
            response.Headers.GetValues("x-amzn-RequestId").Single(),
            new QueryAnswer(400, await response.Content.ReadAsStringAsync()).Value("RequestId"));
    }

    [Fact]
    public async Task Unsigned_calls_are_told_so()
    {
        var answer = await _sts.PostAsync(Who, null);
        AssertRefused(403, "MissingAuthenticationToken", answer);
        Assert.Equal("Request is missing Authentication Token", answer.Message);
        AssertRefused(403, "MissingAuthenticationToken", await _sts.GetAsync(Who));
        AssertRefused(403, "SignatureDoesNotMatch", await _sts.PostAsync(Who, TestKey.Administrator, "cognito-identity"));
        AssertRefused(403, "SignatureDoesNotMatch", await _sts.PostAsync(Who, TestKey.Administrator, region: "eu-west-1"));
        AssertRefused(403, "InvalidClientTokenId", await _sts.PostAsync(Who, TestKey.Administrator with { Id = "AKIAOFNOBODYATALLXXX" }));
    }

    [Fact]
    public async Task A_presigned_URL_is_good_as_it_was_signed_until_it_expires()
    {
        var now = TimeProvider.System.GetUtcNow();
        var url = _sts.Presign(TestKey.Administrator, now);
        Assert.True((await _sts.GetAsync(url)).Ok);
        Assert.True((await _sts.GetAsync(url)).Ok);
        var session = TestKey.Of(await _sts.OkAsync("GetSessionToken", TestKey.Administrator));
        Assert.True((await _sts.GetAsync(_sts.Presign(session, now))).Ok);
        Assert.True((await _sts.GetAsync(_sts.Presign(TestKey.Administrator, now.AddHours(-1), seconds: 7200))).Ok);

        var expired = await _sts.GetAsync(_sts.Presign(TestKey.Administrator, now.AddMinutes(-2), seconds: 60));
        AssertRefused(403, "SignatureDoesNotMatch", expired);
        Assert.StartsWith("Signature expired: ", expired.Message, StringComparison.Ordinal);
        AssertRefused(403, "SignatureDoesNotMatch", await _sts.GetAsync(_sts.Presign(TestKey.Administrator, now.AddMinutes(10))));
        AssertRefused(403, "SignatureDoesNotMatch", await _sts.GetAsync(_sts.Presign(TestKey.Administrator, now, service: "iam")));
        AssertRefused(403, "SignatureDoesNotMatch", await _sts.GetAsync(_sts.Presign(TestKey.Administrator, now, region: "eu-west-1")));
        AssertRefused(400, "IncompleteSignature", await _sts.GetAsync(_sts.Presign(TestKey.Administrator, now, seconds: 604_801)));
        AssertRefused(400, "IncompleteSignature", await _sts.GetAsync(_sts.Presign(TestKey.Administrator, now, seconds: 0)));
        AssertRefused(403, "InvalidClientTokenId", await _sts.GetAsync(_sts.Presign(session with { Token = null }, now)));
    }

    [Fact]
    public async Task A_presigned_URL_that_was_changed_or_turned_into_something_else_is_not_signed()
    {
        var url = _sts.Presign(TestKey.Administrator, TimeProvider.System.GetUtcNow());

        AssertRefused(403, "SignatureDoesNotMatch", await _sts.GetAsync(url.Replace("GetCallerIdentity", "GetSessionToken", StringComparison.Ordinal)));
        AssertRefused(403, "SignatureDoesNotMatch", await _sts.GetAsync(url.Replace("Expires=60", "Expires=600", StringComparison.Ordinal)));
        AssertRefused(403, "SignatureDoesNotMatch", await _sts.GetAsync(url + "&DurationSeconds=900"));
        AssertRefused(404, "MalformedQueryString", await _sts.GetAsync(url + "&Action=GetSessionToken"));
        AssertRefused(404, "MalformedQueryString", await _sts.GetAsync(url + "&X-Amz-Signature=" + new string('0', 64)));

        using var replay = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Server.BaseAddress, $"/?{url}"))
        {
            Content = new StringContent("Action=GetSessionToken&Version=2011-06-15", Encoding.UTF8, StsClient.FormType),
        };
        AssertRefused(403, "MissingAuthenticationToken", await _sts.SendAsync(replay, null));
        using var withBody = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Server.BaseAddress, $"/?{url}"))
        {
            Content = new StringContent("Action=GetSessionToken&Version=2011-06-15", Encoding.UTF8, StsClient.FormType),
        };
        AssertRefused(403, "SignatureDoesNotMatch", await _sts.SendAsync(withBody, null));
    }

    [Fact]
    public async Task GetAccessKeyInfo_knows_the_keys_of_the_own_account()
    {
        var info = await _sts.OkAsync("GetAccessKeyInfo", TestKey.Administrator, ("AccessKeyId", TestServer.AccessKeyId));
        Assert.Equal("000000000000", info.Value("Account"));
        foreach (var unknown in new[] { "AKIAOFNOBODYATALLXXX", "ASIAAAAAAAAAAAAAAAAA" })
        {
            AssertRefused(400, "ValidationError", await _sts.CallAsync("GetAccessKeyInfo", TestKey.Administrator, ("AccessKeyId", unknown)));
        }
    }

    [Fact]
    public async Task A_token_in_a_query_string_gets_into_no_log()
    {
        var token = $"{Guid.NewGuid():N}.{Guid.NewGuid():N}.secret";
        AssertRefused(400, "InvalidIdentityToken", await _sts.GetAsync(
            $"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::000000000000:role/x&RoleSessionName=xx&WebIdentityToken={token}"));

        Assert.DoesNotContain(token, server.Server.Log, StringComparison.Ordinal);
    }
}
