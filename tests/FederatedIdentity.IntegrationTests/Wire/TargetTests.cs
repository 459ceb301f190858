using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class TargetTests(ServerFixture server)
{
    [Theory]
    [InlineData("AWSCognitoIdentityService.GetId")]
    [InlineData("com.amazonaws.cognito.identity.model.AWSCognitoIdentityService.GetId")]
    public async Task The_last_two_segments_name_the_operation(string target) =>
        Answers.IsError("ValidationException", await SendAsync([target], "{}"u8.ToArray()));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("GetId")]
    [InlineData(".GetId")]
    [InlineData("AWSCognitoIdentityService")]
    [InlineData("AWSCognitoIdentityService.")]
    [InlineData("AWSCognitoIdentityService.GetIds")]
    [InlineData("AWSCognitoIdentityService.GetId.")]
    [InlineData("AWSCognitoIdentityService.getId")]
    [InlineData("AWSCognitoIdentityService.GETID")]
    [InlineData("AWSCognitoIdentityService..GetId")]
    [InlineData("AWSCognitoIdentityService/GetId")]
    [InlineData("AWSCognitoIdentityService#GetId")]
    [InlineData("AWSCognitoIdentityService. GetId")]
    [InlineData("awscognitoidentityservice.GetId")]
    [InlineData("XAWSCognitoIdentityService.GetId")]
    [InlineData("AWSCognitoIdentityProviderService.InitiateAuth")]
    [InlineData("AWSCognitoIdentityProviderService.GetId")]
    [InlineData("DynamoDB_20120810.ListTables")]
    [InlineData("AWSCognitoIdentityService.GetId,AWSCognitoIdentityService.GetId")]
    public async Task Any_other_target_is_an_unknown_operation(string target) =>
        IsUnknown(await SendAsync([target], "{}"u8.ToArray()));

    [Fact]
    public async Task A_missing_target_is_an_unknown_operation() => IsUnknown(await SendAsync([], "{}"u8.ToArray()));

    [Fact]
    public async Task Two_targets_are_an_unknown_operation() =>
        IsUnknown(await SendAsync(["AWSCognitoIdentityService.GetId", "AWSCognitoIdentityService.GetId"], "{}"u8.ToArray()));

    [Fact]
    public async Task A_target_of_eight_thousand_characters_is_an_unknown_operation() =>
        IsUnknown(await SendAsync([$"AWSCognitoIdentityService.{new string('x', 8000)}"], "{}"u8.ToArray()));

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("null")]
    public async Task The_target_is_looked_up_before_anything_else_is_read(string body) =>
        IsUnknown(await SendAsync(["AWSCognitoIdentityService.Nothing"], System.Text.Encoding.UTF8.GetBytes(body)));

    [Fact]
    public async Task The_target_is_case_sensitive_but_its_headers_name_is_not()
    {
        using var request = server.Client.Request("GetId", "{}"u8.ToArray());
        request.Headers.Remove("X-Amz-Target");
        request.Headers.TryAddWithoutValidation("x-aMZ-tARGET", "AWSCognitoIdentityService.GetId");

        Answers.IsError("ValidationException", await server.Client.SendAsync(request));
    }

    private static void IsUnknown(WireAnswer answer)
    {
        Answers.IsError("UnknownOperationException", answer);
        Assert.Equal("""{"__type":"UnknownOperationException"}""", answer.Text);
        Assert.False(answer.Headers.Contains("x-amzn-ErrorMessage"));
    }

    private async Task<WireAnswer> SendAsync(string[] targets, byte[] body)
    {
        using var request = server.Client.Request("GetId", body);
        request.Headers.Remove("X-Amz-Target");
        foreach (var target in targets)
        {
            request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        }

        return await server.Client.SendAsync(request);
    }
}
