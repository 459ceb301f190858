using System.Text;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Bodies that are not what the API asks for; every refusal is a SerializationException and repeats nothing.</summary>
[Collection(nameof(WireTests))]
public sealed class JsonTests(ServerFixture server)
{
    private const string Token = "t0ken-that-nobody-may-see-again";

    /// <summary>Every character is one byte, so that a row may hold what is not UTF-8. The word TOKEN stands for a login token.</summary>
    public static TheoryData<string> Malformed =>
    [
        "null", "[]", "[{}]", "\"\"", "\"TOKEN\"", "0", "true", "TOKEN",
        "{", "}", "{]", "{}{}", "{}[]", "{} TOKEN", "{},", "{}\0", "{\"Logins\":", "{\"Logins\":{\"a\":\"TOKEN\"}",
        "{'Logins':{}}", "{Logins:{}}", "{\"Logins\":{},}", "{,}", "{\"Logins\":{\"a\":\"TOKEN\",}}", "{\"a\":01}", "{\"a\":+1}",
        "{\"a\":.5}", "{\"a\":NaN}", "{\"a\":1e}", "{\"a\":tru}", "{\"a\":TRUE}", "{/* TOKEN */}", "{} // TOKEN", "\u00ef\u00bb\u00bf{}",
        "\u00ff\u00fe{\0}\0", "{\"Logins\":{\"a\":\"TOKEN\u00ff\"}}", "{\"Logins\":{\"a\u00c3\u0028\":\"TOKEN\"}}",
        "{\"Logins\":{\"a\":\"\u00c0\u00afTOKEN\"}}", "{\"Logins\":{\"a\":\"\u00ed\u00a0\u0080TOKEN\"}}",
        "{\"Logins\":{\"a\":\"\u00f4\u0090\u0080\u0080TOKEN\"}}", "{\"IdentityPoolId\":\"\u00c3", "{\"a\u00ff\":1}",
        "{\"a\":\"\u00ff\"}", "{\"a\":[\"\u00c3\u0028\"]}",
        "{\"Logins\":{\"a\":\"\\ud800TOKEN\"}}", "{\"Logins\":{\"a\":\"\\udc00\\ud800TOKEN\"}}", "{\"Logins\":{\"\\ud800\":\"TOKEN\"}}",
        "{\"Logins\":{\"\\udfffx\":\"TOKEN\"}}", "{\"IdentityPoolId\":\"\\ud83d\"}",
        "{\"Logins\":{\"a\":\"\\uZZZZTOKEN\"}}", "{\"Logins\":{\"a\":\"\\x41TOKEN\"}}", "{\"Logins\":{\"a\":\"TOK\nEN\"}}",
        "{\"Logins\":{\"a\":\"\0TOKEN\"}}", "{\"Logins\":{\"a\":\"\tTOKEN\"}}", "{\"Logins\":{\"a\":\"TOKEN}}",
        "\0", "\u001f\u008b\u0008\0",
    ];

    public static TheoryData<string, string, string> WrongKinds
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            Add("GetId", "IdentityPoolId", "1", "1.5", "true", "{}", "[]", "[\"TOKEN\"]", "{\"TOKEN\":1}");
            Add("GetId", "Logins", "1", "true", "\"TOKEN\"", "[]", "[\"TOKEN\"]", "{\"a\":1}", "{\"a\":true}", "{\"a\":[\"TOKEN\"]}",
                "{\"a\":{\"b\":\"TOKEN\"}}");
            Add("CreateIdentityPool", "AllowUnauthenticatedIdentities", "\"true\"", "\"\"", "1", "0", "{}", "[]", "[true]");
            Add("CreateIdentityPool", "OpenIdConnectProviderARNs", "1", "false",
                "\"TOKEN\"", "{}", "{\"0\":\"TOKEN\"}", "[1]", "[[]]", "[{}]");
            Add("CreateIdentityPool", "CognitoIdentityProviders", "1", "true", "\"TOKEN\"", "{}", "[1]", "[\"TOKEN\"]", "[[]]",
                "[{\"ProviderName\":1}]", "[{\"ServerSideTokenCheck\":\"true\"}]", "[{\"ClientId\":{}}]");
            Add("CreateIdentityPool", "IdentityPoolTags", "1", "true", "\"TOKEN\"", "[]", "{\"a\":1}", "{\"a\":[]}");
            Add("ListIdentityPools", "MaxResults", "\"5\"", "\"\"", "5.0", "1.5", "1e1", "-0.5", "2147483648", "99999999999999999999",
                "1e999", "true", "{}", "[]", "[5]");
            Add("ListIdentityPools", "NextToken", "1", "true", "{}", "[\"TOKEN\"]");
            Add("ListIdentities", "HideDisabled", "\"false\"", "0", "{}", "[]");
            return rows;

            void Add(string operation, string member, params string[] values)
            {
                foreach (var value in values)
                {
                    rows.Add(operation, member, value);
                }
            }
        }
    }

    public static TheoryData<string, string> Duplicates => new()
    {
        { "GetId", """{"IdentityPoolId":"us-east-1:0","IdentityPoolId":"us-east-1:1"}""" },
        { "GetId", """{"IdentityPoolId":"us-east-1:0","Identity\u0050oolId":"us-east-1:0"}""" },
        { "GetId", """{"IdentityPoolId":"us-east-1:0","Logins":null,"Logins":{"a":"TOKEN"}}""" },
        { "GetId", """{"IdentityPoolId":"us-east-1:0","Logins":{"a":"TOKEN","a":"TOKEN"}}""" },
        { "GetId", """{"IdentityPoolId":"us-east-1:0","Logins":{"a":"TOKEN","\u0061":"TOKEN"}}""" },
        { "CreateIdentityPool", """{"IdentityPoolTags":{"a":"1","b":"2","a":"1"}}""" },
        { "CreateIdentityPool", """{"CognitoIdentityProviders":[{"ClientId":"a","ClientId":"b"}]}""" },
        { "CreateIdentityPool", """{"AllowUnauthenticatedIdentities":false,"AllowUnauthenticatedIdentities":true}""" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public Task What_is_not_one_JSON_object_is_refused(string body) => IsRefusedAsync("GetId", body);

    [Theory]
    [MemberData(nameof(WrongKinds))]
    public Task A_value_of_the_wrong_kind_is_refused(string operation, string member, string value) =>
        IsRefusedAsync(operation, $"{{\"{member}\":{value}}}");

    [Theory]
    [MemberData(nameof(Duplicates))]
    public Task A_member_given_twice_is_refused(string operation, string body) => IsRefusedAsync(operation, body);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData(" \t\r\n{ \t\r\n} \t\r\n")]
    public async Task An_empty_body_is_an_empty_object(string body)
    {
        var answer = Answers.IsError("ValidationException", await server.Client.CallAsync("GetId", body));

        Assert.Equal(
            "1 validation error detected: Value null at 'identityPoolId' failed to satisfy constraint: Member must not be null",
                answer.Message);
    }

    [Fact]
    public async Task A_null_member_is_an_absent_one()
    {
        var created = Answers.IsSuccess(await server.Client.CallAsync("CreateIdentityPool", """
            {"IdentityPoolName":"nulls","AllowUnauthenticatedIdentities":true,"AllowClassicFlow":null,"SupportedLoginProviders":null,
             "DeveloperProviderName":null,"OpenIdConnectProviderARNs":null,"CognitoIdentityProviders":null,"SamlProviderARNs":null,
             "IdentityPoolTags":null}
            """));
        var pool = created["IdentityPoolId"];

        Assert.Equal(
            $$$"""{"IdentityPoolId":"{{{pool}}}","IdentityPoolName":"nulls","AllowUnauthenticatedIdentities":true,"IdentityPoolTags":{}}""",
            created.Text);
        Answers.IsSuccess(await server.Client.CallAsync("GetId", $$"""{"AccountId":null,"IdentityPoolId":"{{pool}}","Logins":null}"""));
        Answers.IsError("ValidationException", await server.Client.CallAsync("GetId", """{"IdentityPoolId":null}"""));
        Answers.IsError("ValidationException", await server.Client.CallAsync("ListIdentityPools", """{"MaxResults":null}"""));
    }

    [Theory]
    [InlineData("\"New\":1")]
    [InlineData("\"\":\"\"")]
    [InlineData("\"New\":{\"IdentityPoolId\":1,\"deep\":[[[{\"Logins\":[]}]]]}")]
    [InlineData("\"identityPoolId\":[1,2]")]
    [InlineData("\"logins\":{\"a\":\"x\"}")]
    [InlineData("\"New\":99999999999999999999999999999999")]
    [InlineData("\"\\u0000\":\"\\u0000\"")]
    [InlineData("\"\U0001F600\":null")]
    public async Task Unknown_members_are_ignored(string member)
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });

        Answers.IsSuccess(await server.Client.CallAsync("GetId", $"{{{member},\"IdentityPoolId\":\"{pool}\"}}"));
        Answers.IsSuccess(await server.Client.CallAsync("GetId", $"{{\"IdentityPoolId\":\"{pool}\",{member}}}"));
    }

    [Fact]
    public async Task Nesting_has_a_limit_that_no_input_of_the_API_comes_near()
    {
        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });

        Answers.IsSuccess(await server.Client.CallAsync("GetId", Nested(pool, 64)));
        Answers.IsError("SerializationException", await server.Client.CallAsync("GetId", Nested(pool, 65)));
        Answers.IsError("SerializationException", await server.Client.CallAsync("GetId", Nested(pool, 10_000)));
        Answers.IsError("SerializationException", await server.Client.CallAsync("GetId", new string('[', 500_000)));
        Answers.IsError("SerializationException", await server.Client.CallAsync(
            "GetId", string.Concat(Enumerable.Repeat("{\"Logins\":", 50_000))));

        static string Nested(string pool, int depth) =>
            $"{{\"IdentityPoolId\":\"{pool}\",\"New\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}";
    }

    private async Task IsRefusedAsync(string operation, string body)
    {
        var bytes = Encoding.Latin1.GetBytes(body.Replace("TOKEN", Token, StringComparison.Ordinal));
        using var request = server.Client.Request(operation, bytes);
        if (operation != "GetId")
        {
            await Signing.SignAsync(request);
        }

        var answer = Answers.IsError("SerializationException", await server.Client.SendAsync(request));

        Answers.IsSilentAbout(Token, answer);
        Assert.False(string.IsNullOrEmpty(answer.Message));
    }
}
